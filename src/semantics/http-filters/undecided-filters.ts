import { undecided } from '../filters/filter-result.ts'
import type { HttpFilterType } from '../filters/http-filter-type.ts'
import type { UndecidedReason } from '../reasons/filter-conditions.ts'
import { because } from '../reasons/reason.ts'

/** A filter of which only is known what decides. */
function decidedBy(
  reason: UndecidedReason,
  types: readonly string[],
  names: readonly string[] = [],
  more: Pick<HttpFilterType, 'authorizes' | 'opensMetadata'> = {},
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
  decidedBy(because('rate-limit-service-decides', {}), [`${http}.rate_limit_quota.v3.RateLimitQuotaFilterConfig`]),
  decidedBy(because('module-can-answer', {}), [`${http}.dynamic_modules.v3.DynamicModuleFilter`], [], {
    opensMetadata: 'any',
  }),
  decidedBy(because('session-decides', {}), [`${http}.oauth2.v3.OAuth2`], [], { authorizes: true }),
  decidedBy(
    because('request-rewritten', {}),
    [`${http}.grpc_json_transcoder.v3.GrpcJsonTranscoder`, 'envoy.config.filter.http.transcoder.v2.GrpcJsonTranscoder'],
    ['envoy.grpc_json_transcoder'],
  ),
  decidedBy(because('request-rewritten', {}), [`${http}.grpc_json_reverse_transcoder.v3.GrpcJsonReverseTranscoder`]),
  decidedBy(because('request-rewritten', {}), [`${http}.transform.v3.TransformConfig`]),
  decidedBy(because('function-answers', {}), [`${http}.aws_lambda.v3.Config`]),
  decidedBy(because('request-body-decides', {}), [`${http}.grpc_field_extraction.v3.GrpcFieldExtractionConfig`], [], {
    opensMetadata: 'any',
  }),
  decidedBy(
    because('request-body-decides', {}),
    [`${http}.proto_message_extraction.v3.ProtoMessageExtractionConfig`],
    [],
    { opensMetadata: 'any' },
  ),
  decidedBy(because('request-body-decides', {}), [`${http}.proto_api_scrubber.v3.ProtoApiScrubberConfig`]),
  decidedBy(because('request-body-decides', {}), [`${http}.mcp.v3.Mcp`], [], { opensMetadata: 'any' }),
  decidedBy(because('routes-by-own-protocol', {}), [`${http}.mcp_router.v3.McpRouter`]),
]
