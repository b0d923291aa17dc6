import type { ByteWriter as Writer } from 'hyparquet-writer'
import { platform } from '../platform/node.ts'
import { rowVersion } from '../schema/answer-schema.ts'
import { cellValue, type View } from '../view.ts'

/** The format of Parquet and the types of columns that are used of it. */
type ParquetType = 'STRING' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP'

/** A column of a Parquet file. */
export interface ParquetColumn {
  readonly name: string
  readonly type: ParquetType
  /** Times are texts of RFC 3339; null where there is no value. */
  readonly values: readonly (string | number | boolean | null)[]
}

/**
 * A Parquet file with the rows of a view: a column per key, typed. Texts are not escaped: whoever reads them knows them for texts.
 * https://parquet.apache.org/docs/file-format/
 */
export async function parquetText(view: View): Promise<[Uint8Array]> {
  const names = view.rows.map(({ name }) => (name === '' ? null : name))
  const keys = new Set(view.columns.map(({ key }) => key))
  const own = view.columns.map(({ key, types = [] }, at) => {
    const values = view.rows.map(({ cells }) => cellValue(cells[at]) ?? null)
    return { name: key, type: typeOf(values, types[0]), values }
  })
  // What a statement answers has the columns that it names, and no other.
  const resource =
    view.isRedacted || keys.has('resource') ? [] : [{ name: 'resource', type: 'STRING', values: names } as const]
  return [await parquetFile([...resource, ...own])]
}

/** The bytes of a file. Columns have as many values each. */
export async function parquetFile(columns: readonly ParquetColumn[]): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer')
  const writer: Writer = new ByteWriter()
  parquetWrite({
    writer,
    columnData: columns.map(({ name, type, values }) => ({
      name,
      type,
      nullable: true,
      data: values.map((value) => stored(value, type)),
    })),
    rowGroupSize: 100_000,
    kvMetadata: [{ key: 'schema', value: rowVersion }],
    createdBy: 'kubectl-proxy_config',
  })
  return new Uint8Array(writer.getBuffer())
}

/** Whole numbers are INT64, also where a column has no value at all; cells of several types are texts. */
export function typeOf(values: ParquetColumn['values'], declared?: 'string' | 'number' | 'boolean'): ParquetType {
  let type: ParquetType | undefined =
    declared === 'number' ? 'INT64' : declared === 'boolean' ? 'BOOLEAN' : declared === 'string' ? 'STRING' : undefined
  for (const value of values) {
    if (value === null) continue
    const own: ParquetType =
      typeof value === 'boolean'
        ? 'BOOLEAN'
        : typeof value === 'number'
          ? Number.isSafeInteger(value)
            ? 'INT64'
            : 'DOUBLE'
          : 'STRING'
    if (type === undefined || type === own) type = own
    else if ((type === 'INT64' && own === 'DOUBLE') || (type === 'DOUBLE' && own === 'INT64')) type = 'DOUBLE'
    else return 'STRING'
  }
  return type ?? 'STRING'
}

function stored(value: string | number | boolean | null, type: ParquetType) {
  if (value === null) return undefined
  if (type === 'INT64') return BigInt(value)
  if (type === 'TIMESTAMP') return new Date(String(value))
  return type === 'STRING' ? platform.utf8(platform.encode(String(value))) : value
}
