import { isObject } from '../../envoy/json.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { withOpenMetadata } from '../filters/request-state.ts'
import { because } from '../reasons/reason.ts'

/** Message names below `envoy.extensions.filters.http` of filters that neither answer a request nor change where it goes. */
const passing = [
  'alternate_protocols_cache.v3.FilterConfig',
  'aws_request_signing.v3.AwsRequestSigning',
  'bandwidth_limit.v3.BandwidthLimit',
  'compressor.v3.Compressor',
  'connect_grpc_bridge.v3.FilterConfig',
  'credential_injector.v3.CredentialInjector',
  'decompressor.v3.Decompressor',
  'file_system_buffer.v3.FileSystemBufferFilterConfig',
  'gcp_authn.v3.GcpAuthnFilterConfig',
  'geoip.v3.Geoip',
  'grpc_http1_bridge.v3.Config',
  'grpc_http1_reverse_bridge.v3.FilterConfig',
  'grpc_stats.v3.FilterConfig',
  'grpc_web.v3.GrpcWeb',
  'gzip.v3.Gzip',
  'ip_tagging.v3.IPTagging',
  'kill_request.v3.KillRequest',
  'on_demand.v3.OnDemand',
  'original_src.v3.OriginalSrc',
  'proto_message_logging.v3.ProtoMessageLoggingConfig',
  'sse_to_metadata.v3.SseToMetadata',
  'tap.v3.Tap',
  'upstream_codec.v3.UpstreamCodec',
]

/** Those that copy parts of the body into dynamic metadata. */
const metadataFromBody = ['json_to_metadata.v3.JsonToMetadata', 'thrift_to_metadata.v3.ThriftToMetadata']

/** Their names in API v2, where those differ from `envoy.filters.http.NAME`. */
const shortNames = ['envoy.grpc_http1_bridge', 'envoy.grpc_web', 'envoy.gzip', 'envoy.ip_tagging']

/** Filters of Istio's proxy: telemetry, peer metadata, ALPN. */
const istioNames = ['istio.alpn', 'istio.metadata_exchange', 'istio.stats']

/** It has its say when the request has been answered (`replies/custom-response.ts`). */
const customResponse: HttpFilterType = {
  types: ['envoy.extensions.filters.http.custom_response.v3.CustomResponse'],
  names: ['envoy.filters.http.custom_response'],
  evaluate: ({ config, overrides }) => {
    const replaces = [config, ...overrides].some((level) => isObject(level.custom_response_matcher))
    return continueWith(replaces ? { reason: because('responses-replaced', {}) } : {})
  },
}

/** Filters without a say in where a request goes. A new one is a line. */
export const passingFilters: readonly HttpFilterType[] = [
  customResponse,
  {
    types: passing.map((type) => `envoy.extensions.filters.http.${type}`),
    names: [...passing.map((type) => `envoy.filters.http.${type.split('.')[0]}`), ...shortNames, ...istioNames],
    packages: ['istio.', 'io.istio.', 'stats.'],
    evaluate: () => continueWith(),
  },
  {
    types: metadataFromBody.map((type) => `envoy.extensions.filters.http.${type}`),
    names: metadataFromBody.map((type) => `envoy.filters.http.${type.split('.')[0]}`),
    evaluate: (input) => continueWith({ state: withOpenMetadata(stateOf(input), 'any') }),
  },
]
