import { type Json, type JsonObject, numberOf, objectOf, stringOf } from '../../envoy/json.ts'

/** What ends a request by time, in the field's words. */
export type TimeoutCode =
  | 'route'
  | 'grpc-timeout'
  | 'request-header'
  | 'stream-idle'
  | 'route-idle'
  | 'max-stream-duration'
  | 'route-max-stream-duration'
  | 'upstream-max-stream-duration'
  | 'per-try'
  | 'per-try-idle'
  | 'connect'
  | 'request'
  | 'request-headers'
  | 'tcp-idle'
  | 'tcp-max-duration'

/** What has to last that long: the wait for an answer, the silence on the stream, one try, connecting, the arrival of the request. */
type Phase = 'answer' | 'silence' | 'try' | 'connecting' | 'request'

/** One time limit of a request. */
export interface Timeout {
  readonly code: TimeoutCode
  readonly milliseconds: number
  readonly phase: Phase
  /** The answer and response flag when it ends the request; a connection has no answer. */
  readonly status?: number
  readonly flags?: string
}

interface TimeoutInput {
  /** The HttpConnectionManager. */
  readonly connectionManager: JsonObject
  /** The RouteAction. */
  readonly action: JsonObject
  /** The retry policy in force; empty when there is none. */
  readonly retry: JsonObject
  /** The cluster that the request goes to; empty when it is not known. */
  readonly cluster: JsonObject
  readonly isGrpc: boolean
  /** The value of a request header as the router sees it. */
  header(name: string): string | undefined
}

/**
 * The time limits that apply to a request, the one that ends it first on top where no answer comes: a limit on the answer, on silence
 * and on a try by their length, then those on connecting and on the arrival of the request. What is switched off (0) is left out.
 * https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts
 * https://github.com/envoyproxy/envoy/blob/main/source/common/router/router.cc (FilterUtility::finalTimeout)
 */
export function timeoutsOf(input: TimeoutInput): Timeout[] {
  const { connectionManager, cluster } = input
  const upstream = objectOf(objectOf(cluster.typed_extension_protocol_options)[protocolOptions])
  const answer = routeTimeout(input)
  const found = [
    answer,
    streamIdle(input),
    streamDuration(input),
    limit('upstream-max-stream-duration', 'answer', common(upstream).max_stream_duration, 504, 'UMSDR'),
    ...tryTimeouts(input, answer),
    limit(
      'connect',
      'connecting',
      Object.keys(cluster).length === 0 ? '0s' : (cluster.connect_timeout ?? '5s'),
      503,
      'UF',
    ),
    limit('request-headers', 'request', connectionManager.request_headers_timeout, 408, ''),
    limit('request', 'request', connectionManager.request_timeout, 408, ''),
  ].filter((timeout) => timeout !== undefined)
  const late = ({ phase }: Timeout) => Number(phase === 'connecting' || phase === 'request')
  return found.sort((a, b) => late(a) - late(b) || a.milliseconds - b.milliseconds)
}

/**
 * The time limits of a connection that a TCP proxy forwards, in the order in which they end it.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/network/tcp_proxy/v3/tcp_proxy.proto
 * @param cluster empty when it is not known
 */
export function tcpTimeoutsOf(tcpProxy: JsonObject, cluster: JsonObject): Timeout[] {
  const known = Object.keys(cluster).length > 0
  const { idle_timeout = '3600s', max_downstream_connection_duration } = tcpProxy
  return [
    limit('tcp-idle', 'silence', idle_timeout),
    limit('tcp-max-duration', 'answer', max_downstream_connection_duration),
    limit('connect', 'connecting', known ? (cluster.connect_timeout ?? '5s') : '0s', undefined, 'UF'),
  ]
    .filter((timeout) => timeout !== undefined)
    .sort(
      (a, b) => Number(a.phase === 'connecting') - Number(b.phase === 'connecting') || a.milliseconds - b.milliseconds,
    )
}

const protocolOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

function common(holder: JsonObject): JsonObject {
  return objectOf(holder.common_http_protocol_options)
}

function routeTimeout({ action, isGrpc, header }: TimeoutInput): Timeout | undefined {
  const asked = numberOf(header('x-envoy-upstream-rq-timeout-ms'))
  if (asked !== undefined) return ofLength('request-header', 'answer', asked, 504, 'UT')
  if (isGrpc && action.max_grpc_timeout !== undefined) {
    const max = durationOf(action.max_grpc_timeout)
    return ofLength(
      'grpc-timeout',
      'answer',
      grpcTimeout(header('grpc-timeout'), max, durationOf(action.grpc_timeout_offset)),
      504,
      'UT',
    )
  }
  return limit('route', 'answer', action.timeout ?? '15s', 504, 'UT')
}

/** A route's own idle timeout replaces the connection manager's, also when it switches it off. */
function streamIdle({ connectionManager, action }: TimeoutInput): Timeout | undefined {
  return action.idle_timeout === undefined
    ? limit('stream-idle', 'silence', connectionManager.stream_idle_timeout ?? '300s', 504, 'SI')
    : limit('route-idle', 'silence', action.idle_timeout, 504, 'SI')
}

/** A route's `max_stream_duration` replaces the connection manager's; with its header maximum a `grpc-timeout` replaces both. */
function streamDuration({ connectionManager, action, header }: TimeoutInput): Timeout | undefined {
  const own = objectOf(action.max_stream_duration)
  const asked = header('grpc-timeout')
  if (own.grpc_timeout_header_max !== undefined && parsedGrpcTimeout(asked) !== undefined) {
    const max = durationOf(own.grpc_timeout_header_max)
    return ofLength(
      'grpc-timeout',
      'answer',
      grpcTimeout(asked, max, durationOf(own.grpc_timeout_header_offset)),
      504,
      'DT',
    )
  }
  return own.max_stream_duration === undefined
    ? limit('max-stream-duration', 'answer', common(connectionManager).max_stream_duration, 504, 'DT')
    : limit('route-max-stream-duration', 'answer', own.max_stream_duration, 504, 'DT')
}

/** A try that may last as long as the whole request has no limit of its own. */
function tryTimeouts({ retry, header }: TimeoutInput, answer: Timeout | undefined): (Timeout | undefined)[] {
  const asked = numberOf(header('x-envoy-upstream-rq-per-try-timeout-ms'))
  const perTry = asked ?? durationOf(retry.per_try_timeout)
  const whole = answer?.milliseconds ?? Number.POSITIVE_INFINITY
  return [
    perTry < whole ? ofLength('per-try', 'try', perTry, 504, 'UT') : undefined,
    limit('per-try-idle', 'try', retry.per_try_idle_timeout, 504, 'UT'),
  ]
}

/** @returns milliseconds; 0 for no limit */
function grpcTimeout(text: string | undefined, max: number, offset: number): number {
  const asked = parsedGrpcTimeout(text) ?? 0
  const bounded = max > 0 && (asked === 0 || asked > max) ? max : asked
  return bounded > offset ? bounded - offset : bounded
}

const grpcUnits: ReadonlyMap<string, number> = new Map([
  ['H', 3_600_000],
  ['M', 60_000],
  ['S', 1000],
  ['m', 1],
  ['u', 0.001],
  ['n', 0.000001],
])

/** `100m`: milliseconds. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function parsedGrpcTimeout(text: string | undefined): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,8})([HMSmun])$/.exec(text ?? '') ?? []
  const size = grpcUnits.get(unit)
  return digits === undefined || size === undefined ? undefined : Number(digits) * size
}

function limit(code: TimeoutCode, phase: Phase, value: Json | undefined, status?: number, flags?: string) {
  return ofLength(code, phase, durationOf(value), status, flags)
}

function ofLength(
  code: TimeoutCode,
  phase: Phase,
  milliseconds: number,
  status?: number,
  flags?: string,
): Timeout | undefined {
  if (milliseconds <= 0) return undefined
  const answer = { ...(status === undefined ? {} : { status }), ...(flags ? { flags } : {}) }
  return { code, milliseconds, phase, ...answer }
}

/** `0.250s` in milliseconds; 0 for what is none. */
export function durationOf(value: Json | undefined): number {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(stringOf(value) ?? '')?.[1]
  return seconds === undefined ? 0 : Math.round(Number(seconds) * 1_000_000) / 1000
}
