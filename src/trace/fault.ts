import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { headerMatches } from './header-match.ts'
import type { DecodedRequest } from './http-headers.ts'
import { type Fraction, fractionOf, type Runtime } from './runtime.ts'

export interface Abort {
  readonly status: number
  readonly share: Fraction
}

/** The abort that an HTTPFault injects into this request, with its share; undefined when it injects none. Delays change no outcome. */
export function faultAbort(
  config: JsonObject,
  request: DecodedRequest,
  cluster: string | undefined,
  runtime: Runtime,
): Abort | undefined {
  const upstream = stringOf(config.upstream_cluster)
  if (upstream && upstream !== cluster) return undefined
  if (!objectsOf(config.headers).every((matcher) => headerMatches(matcher, request.headers))) return undefined
  const nodes = stringsOf(config.downstream_nodes)
  if (nodes.length > 0 && !nodes.includes(request.headers.first('x-envoy-downstream-service-node') ?? ''))
    return undefined
  if (!isObject(config.abort)) return undefined
  return abortOf(config, config.abort, request, runtime)
}

function abortOf(
  config: JsonObject,
  abort: JsonObject,
  { headers }: DecodedRequest,
  runtime: Runtime,
): Abort | undefined {
  const configured = fractionOf(
    abort.percentage === undefined ? { numerator: abort.percent ?? 0 } : objectOf(abort.percentage),
  )
  const key = stringOf(config.abort_percent_runtime) || 'fault.http.abort.abort_percent'
  const overridden = numberOf(runtime.value(key))
  const share = overridden === undefined ? configured : { ...configured, numerator: overridden }
  if (isObject(abort.header_abort)) {
    const status = Number(headers.first('x-envoy-fault-abort-request'))
    return Number.isInteger(status) && status >= 200 && status < 600 ? { status, share } : undefined
  }
  // gRPC aborts answer 200 with the status in trailers.
  const status = numberOf(abort.http_status) ?? (abort.grpc_status === undefined ? 503 : 200)
  return share.numerator <= 0 ? undefined : { status, share }
}
