import type { Column, Row } from '../../resources/resource-kind.ts'

/** What a column of counters shows. */
interface Counted<R extends Row> {
  /** Of the total; a rate adds that it is one. */
  readonly header: string
  /** From the header when absent. */
  readonly key?: string
  value(row: R): number | undefined
  /** It is only in a table where a row has something there that is worth knowing, or in `-o wide`. */
  readonly rare?: true
  /** A number above 0 is a fault. */
  readonly isFault?: true
}

/** A counter: its total, or with two samples its rate. */
export function counterColumn<R extends Row>(counted: Counted<R>, isRate: boolean): Column<R> {
  const { header } = counted
  return isRate
    ? { ...column(counted), header: `${header}/S`, key: `${camelKey(header)}PerSecond` }
    : { ...column(counted), key: camelKey(header) }
}

/** What is so at the moment of the last sample. */
export function gaugeColumn<R extends Row>(counted: Counted<R>): Column<R> {
  return { ...column(counted), key: counted.key ?? camelKey(counted.header) }
}

function column<R extends Row>({ header, value, rare, isFault }: Counted<R>): Column<R> {
  const isAbove = (row: R) => (value(row) ?? 0) > 0
  return {
    header,
    value,
    types: ['number'],
    missing: '-',
    ...(rare ? { wide: true as const, isNotable: isAbove } : {}),
    ...(isFault ? { tone: (row: R) => (isAbove(row) ? ('bad' as const) : undefined) } : {}),
  }
}

function camelKey(header: string): string {
  return header.toLowerCase().replace(/ ([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
