import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../envoy/json.ts'
import { describeString } from '../semantics/matching/string-match.ts'

/** Expressions that are named before the rest is only counted. */
const maxNamed = 6

/**
 * What a proxy drops of its statistics by `stats_config.stats_matcher` of its bootstrap, as a sentence; undefined when it keeps all.
 * @param dump a reply of `/config_dump` that has the bootstrap
 */
export function droppedStatistics(dump: Json): string | undefined {
  const sections = objectsOf(objectOf(dump).configs)
  const bootstrap = sections.map((section) => section.bootstrap).find(isObject)
  const matcher = objectOf(objectOf(bootstrap?.stats_config).stats_matcher)
  if (matcher.reject_all === true) return 'The proxy keeps no statistics: stats_matcher of its bootstrap rejects all.'
  const kept = patternsOf(matcher.inclusion_list)
  const isIstio = objectOf(objectOf(bootstrap?.node).metadata).ISTIO_VERSION !== undefined
  if (kept.length > 0)
    return `The proxy keeps only statistics whose name ${named(kept)}: stats_matcher of its bootstrap drops all others. ${isIstio ? istio : ''}${hosts}`
  const dropped = patternsOf(matcher.exclusion_list)
  return dropped.length === 0
    ? undefined
    : `stats_matcher of the bootstrap drops statistics whose name ${named(dropped)}.`
}

const istio =
  'Istio keeps more by proxyStatsMatcher of proxyConfig, in the mesh or in the annotation proxy.istio.io/config. '
const hosts = '--type clusters has counters of each host all the same.'

function patternsOf(list: Json | undefined): readonly JsonObject[] {
  return objectsOf(objectOf(list).patterns)
}

/** `starts with "cluster_manager", starts with "server" or 12 more` */
function named(patterns: readonly JsonObject[]): string {
  const texts = patterns.map(describeString)
  const more = texts.length - maxNamed
  return more > 0 ? `${texts.slice(0, maxNamed).join(', ')} or ${more} more` : texts.join(' or ')
}
