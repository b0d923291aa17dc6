import { type JsonObject, objectsOf, stringOf } from '../../envoy/json.ts'
import { headersMatch } from '../matching/header-match.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { fullMatch } from '../matching/regex.ts'

/** The virtual cluster that a request is counted under: the first that fits, `other` when none does, empty without any. */
export function virtualClusterOf(virtualHost: JsonObject, request: DecodedRequest): string {
  const clusters = objectsOf(virtualHost.virtual_clusters)
  if (clusters.length === 0) return ''
  const found = clusters.find((cluster) => {
    if (cluster.headers !== undefined) {
      return headersMatch(objectsOf(cluster.headers), request.headers) === true
    }
    // API v2: a regex on the path, and a method.
    const method = stringOf(cluster.method)
    const wanted = method === undefined || method === 'METHOD_UNSPECIFIED' || method === request.method
    return wanted && fullMatch(stringOf(cluster.pattern) ?? '', matchedPath(request.path ?? '', false))
  })
  return stringOf(found?.name) ?? 'other'
}
