import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { type Fraction, fractionOf } from '../../envoy/text/fractional-percent.ts'
import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { headersMatch, unknownOfHeaders } from '../matching/header-match.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import type { Runtime } from '../matching/runtime.ts'
import { because, type Reason } from '../reasons/reason.ts'

/** Fault injection: delays and aborts a share of the requests. */
export const fault: HttpFilterType = {
  types: ['envoy.extensions.filters.http.fault.v3.HTTPFault'],
  names: ['envoy.fault', 'envoy.filters.http.fault'],
  evaluate({ config, overrides, context, cluster }) {
    const matchers = objectsOf((overrides[0] ?? config).headers)
    if (headersMatch(matchers, context.request.headers) === undefined) {
      const unknown = [unknownOfHeaders(matchers, context.request.headers)]
      return undecided(because('depends-on-unknown', { unknown }))
    }
    const faults = faultsFor(overrides[0] ?? config, context.request, cluster, context.runtime)
    const reason = reasonOf(faults)
    const delays = faults.delay !== undefined && faults.delay.share.numerator >= faults.delay.share.denominator
    if (faults.abort === undefined || reason === undefined) return continueWith({ reason, delays })
    const { status, share } = faults.abort
    const hit = Math.min(share.numerator, share.denominator)
    if (context.chance.draw([hit, share.denominator - hit]) !== 0) return continueWith({ reason, delays })
    return respond({ kind: 'denied', status, flags: 'FI', details: 'fault_filter_abort', reason }, { delays })
  },
}

/** What an HTTPFault injects into a request. Delays change no outcome, but a client may not wait that long. */
interface Faults {
  readonly delay: Delay | undefined
  readonly abort: Abort | undefined
}

interface Delay {
  /** As configured: `7s`, `20ms`. */
  readonly duration: string
  readonly share: Fraction
}

interface Abort {
  readonly status: number
  readonly share: Fraction
}

const none: Faults = { delay: undefined, abort: undefined }

/** The faults that an HTTPFault injects into this request, each with its share; undefined where it injects none. */
function faultsFor(config: JsonObject, request: DecodedRequest, cluster: string | undefined, runtime: Runtime): Faults {
  const upstream = stringOf(config.upstream_cluster)
  if (upstream && upstream !== cluster) return none
  if (headersMatch(objectsOf(config.headers), request.headers) !== true) return none
  const nodes = stringsOf(config.downstream_nodes)
  if (nodes.length > 0 && !nodes.includes(request.headers.first('x-envoy-downstream-service-node') ?? '')) return none
  const delay = isObject(config.delay) ? delayOf(config, config.delay, request, runtime) : undefined
  const abort = isObject(config.abort) ? abortOf(config, config.abort, request, runtime) : undefined
  return { delay: occurs(delay), abort: occurs(abort) }
}

function reasonOf({ delay, abort }: Faults): Reason<'fault-injected'> | undefined {
  if (delay === undefined && abort === undefined) return undefined
  return because('fault-injected', {
    ...(delay === undefined ? {} : { delay: { duration: delay.duration, percent: percentOf(delay.share) } }),
    ...(abort === undefined ? {} : { abort: { status: abort.status, percent: percentOf(abort.share) } }),
  })
}

function percentOf({ numerator, denominator }: Fraction): number {
  return Number(((100 * Math.min(numerator, denominator)) / denominator).toPrecision(4))
}

function occurs<F extends { readonly share: Fraction }>(fault: F | undefined): F | undefined {
  return fault === undefined || fault.share.numerator <= 0 ? undefined : fault
}

function delayOf(
  config: JsonObject,
  delay: JsonObject,
  { headers }: DecodedRequest,
  runtime: Runtime,
): Delay | undefined {
  const share = shareOf(
    delay,
    stringOf(config.delay_percent_runtime) || 'fault.http.delay.fixed_delay_percent',
    runtime,
  )
  if (isObject(delay.header_delay)) {
    const milliseconds = wholeNumber(headers.first('x-envoy-fault-delay-request'))
    if (milliseconds === undefined) return undefined
    return { duration: `${milliseconds}ms`, share: lowered(share, headers, 'delay') }
  }
  const key = stringOf(config.delay_duration_runtime) || 'fault.http.delay.fixed_duration_ms'
  const overridden = numberOf(runtime.value(key))
  const duration = overridden === undefined ? stringOf(delay.fixed_delay) : `${overridden}ms`
  return duration === undefined ? undefined : { duration, share }
}

function abortOf(
  config: JsonObject,
  abort: JsonObject,
  { headers }: DecodedRequest,
  runtime: Runtime,
): Abort | undefined {
  const share = shareOf(abort, stringOf(config.abort_percent_runtime) || 'fault.http.abort.abort_percent', runtime)
  if (isObject(abort.header_abort)) {
    const status = statusAsked(headers)
    return status === undefined ? undefined : { status, share: lowered(share, headers, 'abort') }
  }
  // gRPC aborts answer 200 with the status in trailers.
  return { status: numberOf(abort.http_status) ?? (abort.grpc_status === undefined ? 503 : 200), share }
}

/** The status that headers ask for. gRPC aborts answer 200 with the status in trailers. */
function statusAsked(headers: DecodedRequest['headers']): number | undefined {
  const status = wholeNumber(headers.first('x-envoy-fault-abort-request'))
  if (status !== undefined && status >= 200 && status < 600) return status
  return wholeNumber(headers.first('x-envoy-fault-abort-grpc-request')) === undefined ? undefined : 200
}

/** A header can lower the share of a fault that headers ask for. */
function lowered(share: Fraction, headers: DecodedRequest['headers'], fault: 'abort' | 'delay'): Fraction {
  const asked = wholeNumber(headers.first(`x-envoy-fault-${fault}-request-percentage`))
  return asked === undefined ? share : { ...share, numerator: Math.min(asked, share.numerator) }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

/** The percentage of a fault, after any override by the runtime. */
function shareOf(fault: JsonObject, key: string, runtime: Runtime): Fraction {
  const configured = fractionOf(
    fault.percentage === undefined ? { numerator: fault.percent ?? 0 } : objectOf(fault.percentage),
  )
  const overridden = numberOf(runtime.value(key))
  return overridden === undefined ? configured : { ...configured, numerator: overridden }
}
