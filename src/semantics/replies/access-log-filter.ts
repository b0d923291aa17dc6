import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { isOn } from '../filters/filter-switch.ts'
import { grpcStatusOf } from '../http/local-reply.ts'
import { headerMatches } from '../matching/header-match.ts'
import { dynamicMetadataMatches, metadataValue, placeOf } from '../matching/metadata-match.ts'
import { isOpen } from '../matching/stream-state.ts'
import { allOf, anyOf, type Truth } from '../matching/ternary.ts'
import type { ReplyFacts } from './reply.ts'

type Facts = ReplyFacts & { readonly status: number }

/**
 * Whether an `envoy.config.accesslog.v3.AccessLogFilter` takes an answer that is about to be sent; undefined where that depends on
 * what a dump does not hold. No filter takes nothing.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/accesslog/v3/accesslog.proto
 */
export function accessLogFilterTakes(filter: JsonObject, facts: Facts): Truth {
  for (const [kind, holds] of kinds) {
    const config = filter[kind]
    if (isObject(config)) return holds(config, facts)
  }
  return isObject(filter.extension_filter) ? undefined : false
}

const kinds: ReadonlyMap<string, (config: JsonObject, facts: Facts) => Truth> = new Map(
  Object.entries({
    status_code_filter: (config, facts) => compares(config.comparison, facts.status, facts),
    // How long it takes is not known, but that it is no less than nothing.
    duration_filter: ({ comparison }, facts) =>
      isLeast(comparison, facts) && objectOf(comparison).op === 'GE' ? true : undefined,
    not_health_check_filter: (_, { isHealthCheck }) => !isHealthCheck,
    traceable_filter: (_, { traces, isHealthCheck }) => (traces && !isHealthCheck ? undefined : false),
    runtime_filter: (config, facts) => {
      const { runtime_key: key, percent_sampled: share } = config
      return isOn({ runtime_key: key ?? '', default_value: share ?? {} }, facts)
    },
    and_filter: ({ filters }, facts) => allOf(objectsOf(filters).map((each) => accessLogFilterTakes(each, facts))),
    or_filter: ({ filters }, facts) => anyOf(objectsOf(filters).map((each) => accessLogFilterTakes(each, facts))),
    header_filter: ({ header }, { headers }) => headerMatches(objectOf(header), headers),
    response_flag_filter: (config, { flags }) => {
      const asked = stringsOf(config.flags)
      return asked.length === 0 ? flags.length > 0 : asked.some((flag) => flags.includes(flag))
    },
    // Before the answer is sent its gRPC status is what its HTTP status stands for. (Grpc::Common::getGrpcStatus)
    grpc_status_filter: ({ statuses, exclude }, { status }) =>
      stringsOf(statuses).includes(grpcNames[grpcStatusOf(status)] ?? '') !== (exclude === true),
    metadata_filter: metadataTakes,
    // An answer that is being made belongs to no kind of access log.
    log_type_filter: ({ types, exclude }) => stringsOf(types).includes('NotSet') !== (exclude === true),
  } satisfies Record<string, (config: JsonObject, facts: Facts) => Truth>),
)

/** A ComparisonFilter: the runtime may override what is compared with. */
function compares(comparison: unknown, value: number, facts: Facts): boolean {
  const wanted = comparedWith(comparison, facts)
  const { op } = objectOf(comparison)
  if (op === 'GE') return value >= wanted
  if (op === 'LE') return value <= wanted
  return op === 'NE' ? value !== wanted : value === wanted
}

function isLeast(comparison: unknown, facts: Facts): boolean {
  return comparedWith(comparison, facts) === 0
}

function comparedWith(comparison: unknown, { runtime }: Facts): number {
  const { default_value: own, runtime_key: key } = objectOf(objectOf(comparison).value)
  return numberOf(runtime.value(stringOf(key) ?? '')) ?? numberOf(own) ?? 0
}

/** A value that is there has to match; `match_if_key_not_found`, on unless it says otherwise, where there is none. */
function metadataTakes({ matcher: asked, match_if_key_not_found: otherwise }: JsonObject, { known }: Facts): Truth {
  const matcher = objectOf(asked)
  const place = { key: matcher.filter, path: matcher.path }
  const value = metadataValue(known.dynamicMetadata ?? {}, place)
  if (value !== undefined) return dynamicMetadataMatches({ ...matcher, invert: false }, known)
  return isOpen(known, placeOf(place)) ? undefined : otherwise !== false
}

/** Names of gRPC status codes in GrpcStatusFilter, by number. */
const grpcNames: readonly string[] = [
  'OK',
  'CANCELED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]
