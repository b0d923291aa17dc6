import type { JsonObject } from '../../envoy/json.ts'
import { plainConnection } from '../../semantics/connection.ts'
import { headersOf } from '../../semantics/matching/http-headers.ts'
import type { RouteContext } from '../../semantics/routes/route-match.ts'
import type { Linted } from './linted.ts'

/** A plain request for a path, as the tracer matches it: GET, no headers, no metadata. */
export function sampleRequest(path: string, { index }: Linted, downstreamTls?: JsonObject): RouteContext {
  const pseudo = { ':method': 'GET', ':path': path, ':authority': 'example.com', ':scheme': 'http' }
  const client = { address: undefined, port: undefined }
  return {
    request: {
      method: 'GET',
      path,
      authority: 'example.com',
      scheme: 'http',
      forwardedProto: 'http',
      internal: undefined,
      client,
      headers: headersOf([], pseudo, index.version),
    },
    connection: plainConnection(undefined, client),
    downstreamTls,
    known: {},
    runtime: index.runtime,
    chance: { stream: () => 0, draw: () => 0, spend: () => {} },
    ignorePathParameters: false,
  }
}
