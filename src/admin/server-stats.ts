import { isObject, type Json, numberOf, objectOf, objectsOf, scalarText, stringOf } from '../envoy/json.ts'
import type { View, ViewColumn } from '../view.ts'

/** Columns of statistics. */
export const statColumns: readonly ViewColumn[] = [
  { header: 'STAT', key: 'stat' },
  { header: 'VALUE', key: 'value', types: ['string', 'number'] },
]

/** One statistic. A histogram's value is its quantiles as Envoy writes them: `P0(nan,1) P25(nan,2) …`, of the interval and in all. */
export interface Stat {
  readonly name: string
  readonly value: number | string
}

/** Reads `/stats`. A name holds no `: `. */
export function statsOfText(text: string): Stat[] {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(': ')
    return at === -1 ? [] : [{ name: line.slice(0, at), value: statValue(line.slice(at + 2).trimEnd()) }]
  })
}

/** Reads `/stats?format=json`. */
export function statsOfJson(document: Json): Stat[] {
  return objectsOf(objectOf(document).stats).flatMap((stat): Stat[] => {
    if (isObject(stat.histograms)) return histograms(stat.histograms)
    const name = stringOf(stat.name)
    if (name === undefined) return []
    return [{ name, value: typeof stat.value === 'number' ? stat.value : statValue(stringOf(stat.value) ?? '') }]
  })
}

function histograms({ supported_quantiles, computed_quantiles }: Record<string, Json | undefined>): Stat[] {
  const quantiles = Array.isArray(supported_quantiles)
    ? supported_quantiles.map((quantile) => scalarText(quantile))
    : []
  return objectsOf(computed_quantiles).map(({ name, values }) => ({
    name: stringOf(name) ?? '',
    value: objectsOf(values)
      .map(
        ({ interval, cumulative }, at) =>
          `P${quantiles[at] ?? ''}(${scalarText(interval, 'nan')},${scalarText(cumulative, 'nan')})`,
      )
      .join(' '),
  }))
}

/** A number, where it is one that a double holds: the version of an xDS type is 64 bits. */
function statValue(text: string): number | string {
  const number = numberOf(text)
  if (number === undefined) return text.replace(/^"(.*)"$/, '$1')
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number
}

/** A table of statistics; `document` is what `-o json` prints of them. */
export function serverStatsView(stats: readonly Stat[], document: Json, label: string): View {
  return {
    kind: 'stat',
    columns: statColumns,
    rows: stats.map(({ name, value }) => ({ name, cells: [name, value] })),
    document: () => ({ value: document }),
    raw: () => ({ value: document }),
    notes: [],
    empty: `No statistics found in ${label}.`,
  }
}
