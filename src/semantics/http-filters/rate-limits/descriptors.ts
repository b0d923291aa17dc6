import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { withoutCredential } from '../../../envoy/redaction/credentials.ts'
import type { RouteContext } from '../../routes/route-match.ts'
import { type ActionResult, type DescriptorEntry, type DescriptorSource, descriptorEntry } from './descriptor-entry.ts'

/** What a rate limit counts a request under. */
export interface Descriptor {
  readonly entries: readonly DescriptorEntry[]
  /** Whether the request certainly has it; false when that depends on what is not known. */
  readonly certain: boolean
}

/**
 * The rate limits (`envoy.config.route.v3.RateLimit`) that a filter applies to a request: those of its per-route configuration, else its
 * own, else those of the route and, as `vh_rate_limits` says, of the virtual host.
 * (Filters::Common::RateLimit, RateLimitFilter::populateRateLimitDescriptors)
 * @param perRoute the most specific per-route configuration
 */
export function rateLimitsOf(
  config: JsonObject,
  perRoute: JsonObject | undefined,
  levels: readonly JsonObject[],
): readonly JsonObject[] {
  const own = [perRoute, config].map((holder) => objectsOf(holder?.rate_limits)).find((limits) => limits.length > 0)
  if (own !== undefined) return own
  const action = objectOf(levels[1]?.route)
  const ofRoute = objectsOf(action.rate_limits)
  const ofHost = objectsOf(levels[2]?.rate_limits)
  const option = action.include_vh_rate_limits === true ? 'INCLUDE' : (perRoute ?? config).vh_rate_limits
  if (option === 'INCLUDE') return [...ofRoute, ...ofHost]
  return ofRoute.length > 0 || option === 'IGNORE' ? ofRoute : ofHost
}

/** The descriptors that rate limits of a stage make of a request before it goes upstream. */
export function descriptorsOf(
  limits: readonly JsonObject[],
  stage: number,
  source: DescriptorSource,
): readonly Descriptor[] {
  return limits
    .filter((limit) => (numberOf(limit.stage) ?? 0) === stage && limit.apply_on_stream_done !== true)
    .filter((limit) => !isDisabled(limit, source.context))
    .flatMap((limit) => descriptorOf(objectsOf(limit.actions), source))
}

/** `(remote_address=10.0.0.1),(generic_key=login)`, credentials hidden. */
export function descriptorText({ entries, certain }: Descriptor): string {
  const parts = entries.map(({ key, value = '?', sentIn }) => {
    return `(${key}=${sentIn === undefined ? value : withoutCredential(sentIn, value)})`
  })
  return `${parts.join(',') || '()'}${certain ? '' : ', if its values are there'}`
}

/** An action without a value makes no descriptor; one that may be absent leaves only itself out. */
function descriptorOf(actions: readonly JsonObject[], source: DescriptorSource): readonly Descriptor[] {
  const results = actions.map((action): ActionResult => descriptorEntry(action, source))
  if (results.includes('absent')) return []
  return [{ entries: results.filter((result) => typeof result === 'object'), certain: !results.includes('unknown') }]
}

/** A runtime key can switch a single limit off. */
function isDisabled({ disable_key: key }: JsonObject, { runtime }: RouteContext): boolean {
  const name = stringOf(key)
  return Boolean(name) && numberOf(runtime.value(`ratelimit.${name}.http_filter_enabled`)) === 0
}
