import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { changedHeaders, headerOptions } from '../http/header-options.ts'
import { formatString } from '../matching/format-string.ts'
import { type DecodedRequest, withHeader } from '../matching/http-headers.ts'
import { rewrittenHost, rewrittenPath } from './rewrite.ts'

/** The levels of a route configuration that have a say in the request that goes upstream. */
export interface RouteScopes {
  readonly routeConfiguration: JsonObject
  readonly virtualHost: JsonObject
  readonly route: JsonObject
  /** The chosen entry of a weighted cluster; empty without one. */
  readonly entry: JsonObject
}

/** What leaves for the upstream. A part is undefined when something decides it that is not known here. */
export interface RequestSent {
  readonly path: string | undefined
  /** Before `auto_host_rewrite`, which waits for the endpoint. */
  readonly authority: string | undefined
  /** With the route's headers; its authority is the request's own where that is undefined. */
  readonly request: DecodedRequest
}

/**
 * The router's changes to a request, in Envoy's order: headers and host of the weighted cluster entry, then headers of route, virtual
 * host and route configuration, then the route's rewrites, which see those headers. So the route's host goes before the entry's.
 * (WeightedClusterEntry::finalizeRequestHeaders, RouteEntryImplBase::finalizeRequestHeaders)
 */
export function requestSent(scopes: RouteScopes, request: DecodedRequest): RequestSent {
  const { route, virtualHost, routeConfiguration, entry } = scopes
  const levels = [route, virtualHost, routeConfiguration]
  if (routeConfiguration.most_specific_header_mutations_wins === true) levels.reverse()
  const action = objectOf(route.route)
  const entered = withHost(withHeaders(request, entry), stringOf(entry.host_rewrite_literal))
  const changed = levels.reduce(withHeaders, entered)
  const header = hostHeaderOf(action)
  const unknown = header !== undefined && [entry, ...levels].some((level) => setsUnknown(level, header, request))
  const authority = unknown ? undefined : rewrittenHost(action, changed)
  const hosted = withHost(changed, authority)
  const path =
    request.path === undefined ? undefined : rewrittenPath(objectOf(route.match), action, request.path, hosted)
  return { path, authority, request: hosted }
}

/** The header that the host is taken from. */
function hostHeaderOf(action: JsonObject): string | undefined {
  return (stringOf(action.host_rewrite_header) ?? stringOf(action.auto_host_rewrite_header))?.toLowerCase()
}

function withHost(request: DecodedRequest, host: string | undefined): DecodedRequest {
  return host ? withHeader(request, ':authority', host) : request
}

/** The request after one level's `request_headers_to_remove` and `request_headers_to_add`. */
function withHeaders(request: DecodedRequest, level: JsonObject): DecodedRequest {
  const changed = changedHeaders(level, 'request', request.headers.values, (text) => formatString(text, request, ''))
  return [...changed].reduce((current, [name, values]) => withHeader(current, name, values), request)
}

/** Whether a level sets the header to a value that only the running proxy knows. */
function setsUnknown(level: JsonObject, header: string, request: DecodedRequest): boolean {
  return headerOptions(level, 'request').some(
    ({ name, text }) => name === header && typeof formatString(text, request) !== 'string',
  )
}
