import type { DatasetFolder, Partition } from '../../fetch/dataset/dataset-folder.ts'
import { type ParquetColumn, parquetFile } from '../../output/parquet.ts'
import { storedColumns } from '../../sql/engine/schema.ts'
import { proxiesTable, resourceColumn, type SqlValue } from '../../sql/table.ts'
import type { TableRows } from '../query/fill/rows.ts'
import { type DescribedColumn, type DescribedTable, everything, tables } from '../query/schema/tables.ts'
import type { WrittenPartition } from './written-view.ts'

/** Characters of the rows of a file, more or less, before they are compressed. */
const fileSize = 64 * 2 ** 20

/** Rows of a file: of so many a row group is made. */
const fileRows = 100_000

/** What rows have from their proxy. */
type Identity = ReadonlyMap<string, SqlValue>

interface Gathering {
  readonly partition: Partition
  readonly table: DescribedTable
  /** A list for each column that is written. */
  values: SqlValue[][]
  size: number
  lastResource: SqlValue
  files: number
  rows: number
  /** Files whose rows were there. */
  known: number
}

/** Rows of many proxies on their way to files, those of one partition together. */
export class PartitionedRows {
  readonly #folder: DatasetFolder
  readonly #clusterName: string | undefined
  readonly #identities = new Map<SqlValue, Identity>()
  readonly #partitions = new Map<string, Gathering>()

  /** @param clusterName what the Kubernetes cluster of all of them is called, where somebody says */
  constructor(folder: DatasetFolder, clusterName: string | undefined) {
    this.#folder = folder
    this.#clusterName = clusterName
  }

  /** Takes the rows of a table; the row of a proxy comes before those that are its own. @throws AppError when a file cannot be written */
  async take({ table: name, rows, resources }: TableRows): Promise<void> {
    const table = tables.find((each) => each.name === name)
    if (table === undefined) return
    const stored = storedColumns(table, everything[name]).map((column) => column.name)
    for (const row of rows) {
      const at = row.at(-1)
      const cells = new Map(stored.map((column, index) => [column, row[index] ?? null]))
      cells.set(resourceColumn, typeof at === 'number' ? (resources[at] ?? null) : null)
      if (name === proxiesTable) this.#identities.set(cells.get('proxy') ?? null, cells)
      const identity = this.#identities.get(cells.get('proxy') ?? null)
      await this.#add(table, cells, identity ?? new Map())
    }
  }

  async #add(table: DescribedTable, cells: Map<string, SqlValue>, identity: Identity): Promise<void> {
    const gathering = this.#gatheringOf(table, identity)
    for (const [at, { name }] of writtenColumns(table).entries()) {
      const value = cells.get(name) ?? identity.get(name) ?? null
      gathering.values[at]?.push(value)
      if (name === resourceColumn && value === gathering.lastResource) continue
      gathering.size += typeof value === 'string' ? value.length : 8
    }
    gathering.lastResource = cells.get(resourceColumn) ?? null
    if (gathering.size > fileSize || (gathering.values[0]?.length ?? 0) >= fileRows) await this.#write(gathering)
  }

  #gatheringOf(table: DescribedTable, identity: Identity): Gathering {
    const kubeCluster = this.#clusterName ?? textOf(identity.get('kubeCluster'))
    const date = textOf(identity.get('capturedAt'))?.slice(0, 10)
    const key = JSON.stringify([table.name, kubeCluster, date])
    const known = this.#partitions.get(key)
    if (known !== undefined) return known
    const partition = { kind: table.name, kubeCluster, date }
    const made = { partition, table, ...nothing(table), files: 0, rows: 0, known: 0 }
    this.#partitions.set(key, made)
    return made
  }

  async #write(gathering: Gathering): Promise<void> {
    const columns = writtenColumns(gathering.table).map((column, at) =>
      parquetColumn(column, gathering.values[at] ?? []),
    )
    const isNew = this.#folder.add(gathering.partition, await parquetFile(columns))
    gathering.files += isNew ? 1 : 0
    gathering.known += isNew ? 0 : 1
    gathering.rows += isNew ? (gathering.values[0]?.length ?? 0) : 0
    Object.assign(gathering, nothing(gathering.table))
  }

  /** Writes what is left. @throws AppError when a file cannot be written */
  async end(): Promise<void> {
    for (const gathering of this.#partitions.values())
      if ((gathering.values[0]?.length ?? 0) > 0) await this.#write(gathering)
  }

  /** Files that were there with the same rows. */
  get known(): number {
    return [...this.#partitions.values()].reduce((sum, { known }) => sum + known, 0)
  }

  /** What was written, by kind, cluster and date. */
  get written(): readonly WrittenPartition[] {
    return [...this.#partitions.values()].map(({ partition, files, rows }) => ({ ...partition, files, rows }))
  }
}

function nothing(table: DescribedTable): Pick<Gathering, 'values' | 'size' | 'lastResource'> {
  return { values: writtenColumns(table).map(() => []), size: 0, lastResource: null }
}

/** The columns of a file: engines read the Kubernetes cluster from its path. */
function writtenColumns({ columns }: DescribedTable): readonly DescribedColumn[] {
  return columns.filter(({ name }) => name !== 'kubeCluster')
}

/**
 * A column has one type in all files, whatever a dump has in its place: Spark reads no folder in which it has two. What is no number or no
 * boolean is null there, and in the resource.
 */
function parquetColumn({ name, type }: DescribedColumn, values: readonly SqlValue[]): ParquetColumn {
  if (name === 'capturedAt') return { name, type: 'TIMESTAMP', values }
  if (type === 'TEXT') return { name, type: 'STRING', values }
  if (type === 'BOOLEAN')
    return { name, type, values: values.map((value) => (typeof value === 'boolean' ? value : null)) }
  return { name, type: 'INT64', values: values.map((value) => (Number.isSafeInteger(value) ? value : null)) }
}

function textOf(value: SqlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
