import { createHash } from 'node:crypto'
import type { SqlRequest } from '../../../sql/protocol.ts'
import type { TableRows } from './rows.ts'

/**
 * Rows of a table as requests to the process of the database. They are encoded where the rows are made, which may be another thread: whoever
 * sends them reads nothing of them.
 */
export interface EncodedRows {
  /** The request that adds the rows. */
  readonly rows: Uint8Array<ArrayBuffer>
  /** The requests that add the resources, one after the other. */
  readonly resources: Uint8Array<ArrayBuffer>
  /** Of each of these requests the digest of the resource, and the byte where it ends. */
  readonly digests: readonly { readonly digest: string; readonly end: number }[]
}

export function encodedRows({ table, rows, resources }: TableRows): EncodedRows {
  const digests = resources.map((json) => createHash('sha256').update(json).digest('base64'))
  const requests = resources.map((json, at) => line({ do: 'resource', digest: digests[at] ?? '', json }))
  let end = 0
  return {
    rows: bytesOf(line({ do: 'rows', table, rows, resources: digests })),
    resources: bytesOf(requests.join('')),
    digests: requests.map((request, at) => {
      end += Buffer.byteLength(request)
      return { digest: digests[at] ?? '', end }
    }),
  }
}

/** Their buffers, which can be transferred to another thread. */
export function movedBuffers({ rows, resources }: EncodedRows): readonly ArrayBuffer[] {
  return [rows.buffer, resources.buffer]
}

/**
 * Bytes to send in turn for rows, without the resources that were sent before: many proxies have the same.
 * @param sent digests of what was sent; those of these rows are added
 */
export function* unsentParts({ rows, resources, digests }: EncodedRows, sent: Set<string>): Generator<Uint8Array> {
  let from = 0
  let begun = 0
  for (const { digest, end } of digests) {
    if (sent.has(digest)) {
      if (begun < from) yield resources.subarray(begun, from)
      begun = end
    }
    sent.add(digest)
    from = end
  }
  if (begun < from) yield resources.subarray(begun, from)
  yield rows
}

function line(request: SqlRequest): string {
  return `${JSON.stringify(request)}\n`
}

/** In a buffer of their own, which can be transferred: Node puts small ones together. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
