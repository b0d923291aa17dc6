import { undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import { because, type FilterReason } from '../reasons/reason.ts'

/** A filter of which only is known what decides. */
function decidedBy(
  reason: FilterReason,
  types: readonly string[],
  names: readonly string[] = [],
  more: Pick<HttpFilterType, 'authorizes' | 'disabledPerRoute'> = {},
): HttpFilterType {
  return { types, names: [...names, ...types.flatMap(nameOf)], ...more, evaluate: () => undecided(reason) }
}

/** `envoy.filters.http.oauth2`, the name that goes with the type. */
function nameOf(type: string): string[] {
  const [, name] = /^envoy\.extensions\.filters\.http\.(\w+)\./.exec(type) ?? []
  return name === undefined ? [] : [`envoy.filters.http.${name}`]
}

const http = 'envoy.extensions.filters.http'

/** Filters that can answer or change a request by what is not in a dump, or is not evaluated. */
export const undecidedFilters: readonly HttpFilterType[] = [
  decidedBy(because('policy-service-decides', {}), [], ['mixer']),
  decidedBy(because('authentication-policy-decides', {}), [], ['istio_authn']),
  decidedBy(
    because('rate-limit-service-decides', {}),
    [`${http}.ratelimit.v3.RateLimit`, 'envoy.config.filter.http.rate_limit.v2.RateLimit'],
    ['envoy.rate_limit'],
  ),
  decidedBy(because('rate-limit-service-decides', {}), [`${http}.rate_limit_quota.v3.RateLimitQuotaFilterConfig`]),
  decidedBy(because('depends-on-earlier-requests', {}), [`${http}.local_ratelimit.v3.LocalRateLimit`]),
  decidedBy(because('external-processor-decides', {}), [`${http}.ext_proc.v3.ExternalProcessor`], [], {
    disabledPerRoute: true,
  }),
  decidedBy(because('module-can-answer', {}), [`${http}.dynamic_modules.v3.DynamicModuleFilter`]),
  decidedBy(because('module-can-answer', {}), [`${http}.golang.v3alpha.Config`]),
  decidedBy(because('session-decides', {}), [`${http}.oauth2.v3.OAuth2`], [], { authorizes: true }),
  decidedBy(because('credentials-decide', {}), [`${http}.basic_auth.v3.BasicAuth`], [], { authorizes: true }),
  decidedBy(because('api-key-decides', {}), [`${http}.api_key_auth.v3.ApiKeyAuth`], [], { authorizes: true }),
  decidedBy(because('origin-decides', {}), [`${http}.csrf.v3.CsrfPolicy`], ['envoy.csrf']),
  decidedBy(because('depends-on-failed-requests', {}), [`${http}.admission_control.v3.AdmissionControl`]),
  decidedBy(because('depends-on-active-requests', {}), [`${http}.adaptive_concurrency.v3.AdaptiveConcurrency`]),
  decidedBy(because('depends-on-traffic', {}), [`${http}.bandwidth_limit.v3.BandwidthLimit`]),
  decidedBy(
    because('request-rewritten', {}),
    [`${http}.grpc_json_transcoder.v3.GrpcJsonTranscoder`, 'envoy.config.filter.http.transcoder.v2.GrpcJsonTranscoder'],
    ['envoy.grpc_json_transcoder'],
  ),
  decidedBy(because('request-rewritten', {}), [`${http}.grpc_json_reverse_transcoder.v3.GrpcJsonReverseTranscoder`]),
  decidedBy(because('request-rewritten', {}), [`${http}.transform.v3.TransformConfig`]),
  decidedBy(because('filter-chosen-per-request', {}), [`${http}.composite.v3.Composite`]),
  decidedBy(because('filter-chosen-per-request', {}), [
    'envoy.extensions.common.matching.v3.ExtensionWithMatcher',
    'envoy.extensions.filters.http.match_delegate.v3.ExtensionWithMatcher',
  ]),
  decidedBy(because('cache-can-answer', {}), [`${http}.cache.v3.CacheConfig`]),
  decidedBy(because('cache-can-answer', {}), [`${http}.cache_v2.v3.CacheV2Config`]),
  decidedBy(because('function-answers', {}), [`${http}.aws_lambda.v3.Config`]),
  decidedBy(because('request-body-decides', {}), [`${http}.grpc_field_extraction.v3.GrpcFieldExtractionConfig`]),
  decidedBy(because('request-body-decides', {}), [`${http}.proto_message_extraction.v3.ProtoMessageExtractionConfig`]),
  decidedBy(because('request-body-decides', {}), [`${http}.proto_api_scrubber.v3.ProtoApiScrubberConfig`]),
  decidedBy(because('request-body-decides', {}), [`${http}.mcp.v3.Mcp`]),
  decidedBy(because('routes-by-own-protocol', {}), [`${http}.mcp_router.v3.McpRouter`]),
]
