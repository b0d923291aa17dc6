import { stringOf } from '../../envoy/json.ts'
import type { HttpFilter } from './http-filters.ts'
import { isNativePlugin } from './wasm-plugin.ts'

/** Why a filter's effect cannot be told from a dump; undefined when it leaves the request alone. */
export function whyUndecided({ name, filter, perRoute }: HttpFilter): string | undefined {
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
  const undecided = undecidedFilters.get(message)
  if (undecided !== undefined) return undecided
  const known =
    transparentMessages.has(message) || /^istio\.|^io\.istio\.|^stats\./.test(type) || transparentNames.has(name)
  return known ? undefined : `this program does not know what ${stringOf(message) || name} does`
}

const undecidedFilters: ReadonlyMap<string, string> = new Map(
  Object.entries({
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
  }),
)

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
