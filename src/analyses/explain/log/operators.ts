import type { FormatOperator } from './format-tokens.ts'
import { type FieldName, headerField } from './logged-request.ts'

/** Which characters a value can have, where that tells where it ends. */
export type Shape = 'digits' | 'flags' | 'word' | 'any'

/** What a command operator of a format writes. */
export interface OperatorMeaning {
  /** Undefined for what this program does not use. */
  readonly field: string | undefined
  readonly shape: Shape
}

/**
 * What a command operator writes.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#command-operators
 */
export function operatorMeaning({ name, args }: FormatOperator): OperatorMeaning {
  if (name === 'REQ' || name === 'REQUEST_HEADER' || name === 'REQ_WITHOUT_QUERY') return requestHeader(args)
  if (name === 'CEL') return expression(args ?? '')
  if (name === 'PATH') return { field: 'path' satisfies FieldName, shape: 'any' }
  if (name === 'RESP' || name === 'RESPONSE_HEADER') return responseHeader(args)
  if (name === 'TRAILER' || name === 'RESPONSE_TRAILER')
    return names(args).includes('grpc-status')
      ? { field: 'grpcStatus' satisfies FieldName, shape: 'word' }
      : { field: undefined, shape: 'any' }
  if (name === 'START_TIME' || name === 'START_TIME_LOCAL')
    return { field: 'time', shape: args === undefined ? 'word' : 'any' }
  return known.get(name) ?? { field: undefined, shape: 'any' }
}

const known: ReadonlyMap<string, { readonly field: FieldName | undefined; readonly shape: Shape }> = new Map([
  ['PROTOCOL', { field: 'protocol', shape: 'word' }],
  ['RESPONSE_CODE', { field: 'code', shape: 'digits' }],
  ['RESPONSE_FLAGS', { field: 'flags', shape: 'flags' }],
  ['RESPONSE_FLAGS_LONG', { field: 'flags', shape: 'flags' }],
  ['RESPONSE_CODE_DETAILS', { field: 'details', shape: 'any' }],
  ['CONNECTION_TERMINATION_DETAILS', { field: 'termination', shape: 'any' }],
  ['UPSTREAM_TRANSPORT_FAILURE_REASON', { field: 'transportFailure', shape: 'any' }],
  ['DOWNSTREAM_TRANSPORT_FAILURE_REASON', { field: 'downstreamFailure', shape: 'any' }],
  ['DOWNSTREAM_LOCAL_CLOSE_REASON', { field: 'localClose', shape: 'any' }],
  ['BYTES_RECEIVED', { field: 'bytesReceived', shape: 'digits' }],
  ['BYTES_SENT', { field: 'bytesSent', shape: 'digits' }],
  ['DURATION', { field: 'duration', shape: 'digits' }],
  ['RESPONSE_DURATION', { field: undefined, shape: 'digits' }],
  ['REQUEST_DURATION', { field: undefined, shape: 'digits' }],
  ['RESPONSE_TX_DURATION', { field: undefined, shape: 'digits' }],
  ['UPSTREAM_HOST', { field: 'upstreamHost', shape: 'word' }],
  ['UPSTREAM_REMOTE_ADDRESS', { field: 'upstreamHost', shape: 'word' }],
  ['UPSTREAM_CLUSTER', { field: 'cluster', shape: 'word' }],
  ['UPSTREAM_CLUSTER_RAW', { field: 'cluster', shape: 'word' }],
  ['UPSTREAM_LOCAL_ADDRESS', { field: 'upstreamLocal', shape: 'word' }],
  ['UPSTREAM_REQUEST_ATTEMPT_COUNT', { field: 'attempts', shape: 'digits' }],
  ['DOWNSTREAM_LOCAL_ADDRESS', { field: 'downstreamLocal', shape: 'word' }],
  ['DOWNSTREAM_REMOTE_ADDRESS', { field: 'downstreamRemote', shape: 'word' }],
  ['DOWNSTREAM_DIRECT_REMOTE_ADDRESS', { field: 'downstreamRemote', shape: 'word' }],
  ['DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT', { field: 'downstreamRemote', shape: 'word' }],
  ['REQUESTED_SERVER_NAME', { field: 'sni', shape: 'word' }],
  ['ROUTE_NAME', { field: 'route', shape: 'any' }],
  ['VIRTUAL_CLUSTER_NAME', { field: 'virtualCluster', shape: 'any' }],
  ['FILTER_CHAIN_NAME', { field: 'filterChain', shape: 'any' }],
  ['GRPC_STATUS', { field: 'grpcStatus', shape: 'word' }],
  ['GRPC_STATUS_NUMBER', { field: 'grpcStatus', shape: 'digits' }],
])

/** Attributes of Envoy in expressions of CEL. https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes */
const attributes: ReadonlyMap<string, FieldName> = new Map([
  ['request.method', 'method'],
  ['request.path', 'path'],
  ['request.host', 'authority'],
  ['request.scheme', 'scheme'],
  ['request.protocol', 'protocol'],
  ['request.useragent', 'userAgent'],
  ['request.id', 'requestId'],
  ['request.time', 'time'],
  ['response.code', 'code'],
  ['response.code_details', 'details'],
  ['response.grpc_status', 'grpcStatus'],
  ['connection.termination_details', 'termination'],
  ['connection.requested_server_name', 'sni'],
  ['connection.transport_failure_reason', 'downstreamFailure'],
  ['upstream.transport_failure_reason', 'transportFailure'],
  ['upstream.address', 'upstreamHost'],
  ['upstream.request_attempt_count', 'attempts'],
  ['destination.address', 'downstreamLocal'],
  ['source.address', 'downstreamRemote'],
  ['xds.cluster_name', 'cluster'],
  ['xds.route_name', 'route'],
])

/** `CEL(response.code)`, `CEL(request.headers['X-REQUEST-ID'])`; anything longer is not looked into. */
function expression(text: string): OperatorMeaning {
  const header = /^request\.headers\['([^']+)'\]$/.exec(text.trim())?.[1]
  if (header !== undefined) return requestHeader(header)
  const field = attributes.get(text.trim())
  return { field, shape: field === 'code' ? 'digits' : 'any' }
}

const requestHeaders: ReadonlyMap<string, { readonly field: FieldName; readonly shape: Shape }> = new Map([
  [':method', { field: 'method', shape: 'word' }],
  [':path', { field: 'path', shape: 'any' }],
  [':authority', { field: 'authority', shape: 'word' }],
  ['host', { field: 'authority', shape: 'word' }],
  [':scheme', { field: 'scheme', shape: 'word' }],
  ['x-forwarded-for', { field: 'forwardedFor', shape: 'any' }],
  ['user-agent', { field: 'userAgent', shape: 'any' }],
  ['x-request-id', { field: 'requestId', shape: 'word' }],
])

/** `X-ENVOY-ORIGINAL-PATH?:PATH`: the first header, or where it is absent the second. The last one says what it is about. */
function requestHeader(args: string | undefined): OperatorMeaning {
  const wanted = names(args).at(-1)
  if (wanted === undefined) return { field: undefined, shape: 'any' }
  return requestHeaders.get(wanted) ?? { field: headerField(wanted), shape: 'any' }
}

function responseHeader(args: string | undefined): OperatorMeaning {
  const wanted = names(args)
  if (wanted.includes('x-envoy-upstream-service-time')) return { field: 'upstreamTime', shape: 'digits' }
  if (wanted.includes('grpc-status')) return { field: 'grpcStatus', shape: 'word' }
  return { field: undefined, shape: 'any' }
}

function names(args: string | undefined): string[] {
  return (args ?? '').split('?').map((name) => name.trim().toLowerCase())
}
