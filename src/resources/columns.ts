import type { Entry } from '../envoy/dump/config-dump.ts'
import type { ClusterName } from '../envoy/model/names.ts'
import { isNamed, nameIncludes } from '../envoy/text/pipe-free.ts'
import type { Tone } from '../view.ts'
import type { Column, Filter, Row, SortKey } from './resource-kind.ts'

/** A filter that accepts what contains the wanted text, in any case, with pipes or in the spelling without. */
export function contains<R extends Row>(name: string, describe: string, value: (row: R) => string): Filter<R> {
  return { name, describe, matches: (row, wanted) => nameIncludes(value(row).toLowerCase(), wanted.toLowerCase()) }
}

/** `--name`: what contains the wanted text in its name. */
export function nameContains<R extends Row>(describe: string): Filter<R> {
  return { ...contains<R>('name', describe, ({ entry }) => entry.name), byName: 'contains' }
}

/** A filter on equality, in any case, with pipes or in the spelling without; of several wanted values, separated by commas, any. */
export function equals<R extends Row>(
  name: string,
  describe: string,
  values: (row: R) => string | readonly string[] | undefined,
  choices?: readonly string[],
): Filter<R> {
  const valuesOf = (row: R) => [values(row) ?? []].flat()
  return {
    name,
    describe,
    ...(choices === undefined
      ? {
          near: (row, wanted) =>
            valuesOf(row).filter((value) => nameIncludes(value.toLowerCase(), wanted.toLowerCase())),
        }
      : { choices }),
    matches: (row, wanted) => {
      const any = choices === undefined ? [wanted.toLowerCase()] : wanted.toLowerCase().split(',')
      return valuesOf(row).some((value) => any.some((one) => isNamed(value.toLowerCase(), one)))
    },
  }
}

/** A filter on a port number. */
export function port<R extends Row>(describe: string, value: (row: R) => number | undefined): Filter<R> {
  return { name: 'port', describe, number: true, matches: (row, wanted) => value(row) === Number(wanted) }
}

export function state({ state: current }: Entry): string {
  return current.toUpperCase()
}

/** Envoy does not use what is in such a state, or not for long. */
export function stateTone({ state: current }: Entry): Tone | undefined {
  if (current === 'error') return 'bad'
  return current === 'warming' || current === 'draining' ? 'warning' : undefined
}

/** Columns that every kind has in `-o wide`. */
export const provenanceColumns: readonly Column<Row>[] = [
  { header: 'VERSION', value: ({ entry }) => entry.version, wide: true },
  { header: 'LAST UPDATED', value: ({ entry }) => entry.lastUpdated, wide: true },
]

/** The keys of what has the name of a cluster. */
export function sortKeysOfName({ host, subset = '', port: number = 0, direction = '' }: ClusterName): SortKey[] {
  return [host, subset, number, direction]
}

/** Orders by one key after the other: numbers by value, texts by code unit. */
export function compareLists(a: readonly SortKey[], b: readonly SortKey[]): number {
  for (let at = 0; at < a.length; at++) {
    const order = compareKeys(a[at] ?? 0, b[at] ?? 0)
    if (order !== 0) return order
  }
  return 0
}

export function compareKeys(a: SortKey, b: SortKey): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const left = String(a)
  const right = String(b)
  return left < right ? -1 : left > right ? 1 : 0
}
