import { type JsonObject, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { corsPreflight } from './cors.ts'
import { faultAbort } from './fault.ts'
import { headerMatches } from './header-match.ts'
import type { HttpFilter } from './http-filters.ts'
import { jwtPasses } from './jwt.ts'
import type { Outcome } from './outcome.ts'
import { evaluateRbac } from './rbac.ts'
import type { RouteContext } from './route-match.ts'
import type { FilterVerdict } from './trace-result.ts'
import { isNativePlugin } from './wasm-plugin.ts'

export interface Judgement {
  readonly verdict: FilterVerdict
  /** How the request ends when the filter answers it. */
  readonly outcome: Outcome | undefined
}

interface Judged {
  readonly context: RouteContext
  /** Most specific first. */
  readonly levels: readonly JsonObject[]
  readonly cluster: string | undefined
}

/** What one HTTP filter does to the request: passes, answers, or cannot be told from a dump. */
export function judgeFilter(filter: HttpFilter, judged: Judged): Judgement {
  const { name } = filter
  const { message } = filter.filter
  const type = filter.filter.type || message
  const say = (verdict: FilterVerdict['verdict'], reason?: string): Judgement => ({
    verdict: { name, type, verdict, ...(reason === undefined ? {} : { reason }) },
    outcome: undefined,
  })
  const answer = (outcome: Outcome): Judgement => ({
    verdict: { name, type, verdict: outcome.kind === 'denied' ? 'denies' : 'answers', reason: outcome.reason },
    outcome,
  })
  if (filter.disabled) return say('disabled', 'disabled for this route')
  const { context, levels, cluster } = judged
  const config = filter.perRoute?.config ?? filter.filter.config

  if (message === 'RBAC') return judgeRbac(filter, context, say, answer)
  if (message === 'HTTPFault') {
    const abort = faultAbort(config, context.request, cluster, context.runtime)
    if (abort === undefined) return say('passes')
    const { numerator, denominator } = abort.share
    const hit = context.chance.draw([Math.min(numerator, denominator), Math.max(0, denominator - numerator)]) === 0
    const reason = `fault injection aborts ${numerator} of ${denominator} requests`
    if (!hit) return say('passes', reason)
    return answer({ kind: 'denied', status: abort.status, flags: 'FI', details: 'fault_filter_abort', reason })
  }
  if (message === 'HealthCheck') {
    const checks = objectsOf(config.headers)
    const taken =
      config.pass_through_mode !== true && checks.every((check) => headerMatches(check, context.request.headers))
    if (!taken || checks.length === 0) return say('passes')
    return answer({
      kind: 'directResponse',
      status: 200,
      details: 'health_check_ok',
      reason: `${name} answers health checks`,
    })
  }
  if (message === 'Cors') {
    const allowed = corsPreflight(context.request, levels, name)
    if (!allowed) return say('passes')
    return answer({
      kind: 'directResponse',
      status: 200,
      details: 'cors_response',
      reason: `${name} answers the CORS preflight`,
    })
  }
  if (message === 'JwtAuthentication') {
    const passes = jwtPasses(filter.filter.config, context)
    if (passes === true) return say('passes')
    if (passes === undefined) return say('undecided', 'whether the token is valid cannot be known from a dump')
    const details = 'jwt_authn_access_denied{Jwt_is_missing}'
    return answer({
      kind: 'denied',
      status: 401,
      flags: 'UAEX',
      details,
      reason: `${name} requires a token and none is sent`,
    })
  }
  const why = opaque(filter)
  return why === undefined ? say('passes') : say('undecided', why)
}

function judgeRbac(
  filter: HttpFilter,
  context: RouteContext,
  say: (verdict: FilterVerdict['verdict'], reason?: string) => Judgement,
  answer: (outcome: Outcome) => Judgement,
): Judgement {
  // RBACPerRoute without rbac turns the filter off for the route.
  const override = filter.perRoute?.config
  const config = override === undefined ? filter.filter.config : objectOf(override.rbac)
  const { allowed, details, reason } = evaluateRbac(config, context)
  if (allowed === undefined) return say('undecided', reason)
  if (allowed) return say('passes', reason)
  return answer({ kind: 'denied', status: 403, details, reason: `${filter.name}: ${reason}` })
}

/** Why a filter's effect cannot be told; undefined when it leaves the request alone. */
function opaque({ name, filter, perRoute }: HttpFilter): string | undefined {
  const { message, type, config } = filter
  if (message === 'missing') return 'its configuration (ECDS) is not in the dump'
  if (message === 'Lua') {
    const scripted =
      config.inline_code !== undefined || config.default_source_code !== undefined || perRoute !== undefined
    return scripted ? 'its script can answer, change the request or route again' : undefined
  }
  if (message === 'Wasm')
    return isNativePlugin(config) ? undefined : 'its module can answer, change the request or route again'
  if (type.includes('.golang.')) return 'its module can answer, change the request or route again'
  if (/\.(set_metadata|header_to_metadata|set_filter_state)\./.test(type)) return undefined
  if (undecidedFilters[message] !== undefined) return undecidedFilters[message]
  const known =
    transparentMessages.has(message) || /^istio\.|^io\.istio\.|^stats\./.test(type) || transparentNames.has(name)
  return known ? undefined : `this program does not know what ${stringOf(message) || name} does`
}

const undecidedFilters: Readonly<Record<string, string>> = {
  mixer: 'the policy service (Mixer) decides',
  istio_authn: 'the authentication policy decides',
  ExtAuthz: 'the authorization service decides',
  RateLimit: 'the rate limit service decides',
  LocalRateLimit: 'it depends on how many requests came before',
  RateLimitQuotaFilterConfig: 'the rate limit service decides',
  ExternalProcessor: 'the external processor can answer, change the request or route again',
  DynamicModuleFilter: 'its module can answer, change the request or route again',
  OAuth2: 'the session decides',
  BasicAuth: 'the credentials decide',
  ApiKeyAuth: 'the key decides',
  CsrfPolicy: 'the Origin header decides',
  AdmissionControl: 'it depends on how many requests failed before',
  AdaptiveConcurrency: 'it depends on how many requests are under way',
  BandwidthLimit: 'it depends on the traffic',
  GrpcJsonTranscoder: 'it rewrites the request',
  Composite: 'it runs a filter that it chooses per request',
  ExtensionWithMatcher: 'it runs a filter that it chooses per request',
  CacheConfig: 'a cached response may answer',
  CacheV2Config: 'a cached response may answer',
}

const transparentMessages = new Set([
  'Router',
  'GrpcWeb',
  'GrpcStats',
  'FilterConfig',
  'Compressor',
  'Decompressor',
  'Gzip',
  'Tap',
  'Buffer',
  'PeerMetadata',
  'HeaderMutation',
  'StatefulSession',
  'SetFilterState',
  'HeaderToMetadata',
  'PayloadToMetadata',
  'JsonToMetadata',
  'OnDemand',
  'UpstreamCodec',
  'FileSystemBufferFilterConfig',
  'OriginalSrc',
  'IPTagging',
  'CredentialInjector',
  'GrpcConfig',
  'SetMetadata',
  'CustomResponse',
  'ConnectGrpcBridge',
  'ProtoMessageLoggingConfig',
  'KillRequest',
  'AwsRequestSigning',
  'SseToMetadata',
])

const transparentNames = new Set([
  'envoy.filters.http.set_metadata',
  'envoy.grpc_web',
  'envoy.filters.http.grpc_web',
  'envoy.gzip',
  'envoy.buffer',
  'istio.alpn',
  'istio.stats',
  'istio.metadata_exchange',
  'envoy.filters.http.dynamic_forward_proxy',
  'envoy.filters.http.grpc_stats',
  'envoy.filters.http.on_demand',
])
