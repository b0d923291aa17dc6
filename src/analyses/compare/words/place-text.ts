import { isObject, type Json, objectOf, scalarText, stringOf } from '../../../envoy/json.ts'
import type { Step } from '../../diff/delta.ts'

/** Where in a resource a change is, in the words of the field: the things around it by their names, and the field itself. */
export interface PlaceText {
  /** `virtual host reviews:80, route v1`; empty for a field of the resource itself. */
  readonly place: string
  /** `route.timeout`; empty where a whole element has come or gone. */
  readonly field: string
}

/** What an element of these lists is called. Of a list that is not here, the field and the element stand as they are. */
const nouns: ReadonlyMap<string, string> = new Map([
  ['virtual_hosts', 'virtual host'],
  ['routes', 'route'],
  ['clusters', 'cluster'],
  ['domains', 'domain'],
  ['filter_chains', 'filter chain'],
  ['filters', 'filter'],
  ['http_filters', 'HTTP filter'],
  ['listener_filters', 'listener filter'],
  ['upstream_http_filters', 'upstream HTTP filter'],
  ['endpoints', 'locality'],
  ['lb_endpoints', 'endpoint'],
  ['thresholds', 'circuit breaker'],
  ['transport_socket_matches', 'transport socket match'],
  ['access_log', 'access log'],
  ['health_checks', 'health check'],
  ['request_headers_to_add', 'request header to add'],
  ['request_headers_to_remove', 'request header to remove'],
  ['response_headers_to_add', 'response header to add'],
  ['response_headers_to_remove', 'response header to remove'],
  ['request_mirror_policies', 'mirror'],
  ['hash_policy', 'hash policy'],
  ['retriable_status_codes', 'retriable status code'],
  ['server_names', 'server name'],
  ['prefix_ranges', 'prefix range'],
  ['application_protocols', 'application protocol'],
  ['alpn_protocols', 'ALPN protocol'],
  ['headers', 'header'],
  ['query_parameters', 'query parameter'],
  ['policies', 'policy'],
  ['upgrade_configs', 'upgrade'],
])

/** Messages that only wrap what is inside them: a reader looks for the field, not for its wrapping. */
const wrappings: ReadonlySet<string> = new Set(['typed_config', 'load_assignment', 'weighted_clusters', 'value'])

/** Messages that hold a list which is the only one of its name inside what is around them. */
const plainHolders: ReadonlySet<string> = new Set([
  'route',
  'route_config',
  'match',
  'filter_chain_match',
  'circuit_breakers',
])

/** The words for the steps to a change. */
export function placeText(steps: readonly Step[]): PlaceText {
  const parts: string[] = []
  let fields: string[] = []
  for (const step of steps) {
    if ('field' in step) {
      if (!wrappings.has(step.field)) fields.push(step.field)
      continue
    }
    const list = fields.at(-1) ?? ''
    const noun = nouns.get(list)
    // `route.weighted_clusters.clusters[x]` is the cluster x, `static_resources.clusters[x]` another sort of thing.
    const around = fields.slice(0, -1).filter((field) => !plainHolders.has(field))
    parts.push([...around, noun ?? list, elementName(step)].join(' '))
    fields = []
  }
  return { place: parts.join(', '), field: fields.join('.') }
}

/** The name of an element, or what else tells it from its neighbours. */
export function elementName({ element, item }: Extract<Step, { readonly element: string }>): string {
  if (typeof item === 'string' || typeof item === 'number') return String(item)
  return /^\d+$/.test(element) ? (matchText(item) ?? `#${Number(element) + 1}`) : element
}

/** Of a route without a name, what it matches: `/reviews/*`. */
function matchText(item: Json): string | undefined {
  const match = isObject(item) ? objectOf(item.match) : {}
  const { prefix, path, path_separated_prefix: separated, safe_regex: regex } = match
  if (typeof path === 'string') return path
  if (typeof prefix === 'string') return `${prefix}*`
  if (typeof separated === 'string') return `${separated}/*`
  return regex === undefined ? undefined : `~${stringOf(objectOf(regex).regex) ?? scalarText(regex)}`
}
