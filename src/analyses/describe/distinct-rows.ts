import type { DescriptionRow } from './description-row.ts'

/** Each row once, where it came first: a chain may belong to a pod and to a service of it. */
export function distinctRows(rows: readonly DescriptionRow[]): DescriptionRow[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}
