/** A column of a table that statements ask. */
export interface SqlColumn {
  readonly name: string
  readonly type: 'TEXT' | 'NUMERIC' | 'BOOLEAN'
}

/** A table that statements ask, as data. Its first column is `proxy`; its last, `resource`, is JSON text. */
export interface SqlTable {
  readonly name: string
  readonly columns: readonly SqlColumn[]
  /** Columns that joins compare, an index each. */
  readonly keys: readonly (readonly string[])[]
}

/** What a statement answers with in a cell. */
export type SqlValue = string | number | boolean | null

/** The name of the column that holds JSON. What it holds is stored once for all rows that come from one thing. */
export const resourceColumn = 'resource'

/** The table of proxies, which has what is known of each. */
export const proxiesTable = 'proxies'

/** Columns of the table of proxies that every other table shows as its own. */
export const proxyColumns = ['kubeCluster', 'namespace', 'pod', 'capturedAt'] as const
