import { isObject, type JsonObject, numberOf, objectOf, objectsOf, scalarText, stringOf, stringsOf } from '../json.ts'
import { cidrText } from '../text/cidr-text.ts'
import { matcherLeaves } from './matcher-leaves.ts'

/** A filter chain of a listener with what leads to it. */
export interface FilterChain {
  readonly name: string
  /** Its conditions as one line; `ALL` when it has none. */
  readonly match: string
  /** The same, a line for each of several ways that a matcher tree has to it. */
  readonly ways: readonly string[]
  readonly filters: readonly JsonObject[]
}

/** Each `envoy.config.listener.v3.FilterChain` of a listener, the default one last. */
export function chainsOfListener({ filter_chains, default_filter_chain }: JsonObject): readonly JsonObject[] {
  const chains = objectsOf(filter_chains)
  return isObject(default_filter_chain) ? [...chains, default_filter_chain] : chains
}

/** The filter chains of a listener as rows tell of them, in the same order. */
export function filterChainsOf(listener: JsonObject): FilterChain[] {
  const conditions = treeConditions(listener.filter_chain_matcher)
  return chainsOfListener(listener).map((chain) => {
    const name = stringOf(chain.name) ?? ''
    const ways = conditions?.get(name) ?? [chainMatchText(objectOf(chain.filter_chain_match))]
    return { name, match: ways.join(' | '), ways, filters: objectsOf(chain.filters) }
  })
}

/** Conditions per chain name of a `filter_chain_matcher` tree, which overrides every `filter_chain_match`. */
function treeConditions(tree: JsonObject[string]): Map<string, string[]> | undefined {
  if (!isObject(tree)) return undefined
  const byName = new Map<string, string[]>()
  for (const { condition, action } of matcherLeaves(tree)) {
    const name = stringOf(action.config.value) ?? action.message
    const known = byName.get(name)
    if (known === undefined) byName.set(name, [condition])
    else known.push(condition)
  }
  return byName
}

/** istioctl's short names for the ALPN lists that Istio sends. */
const alpnAliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'http/1.0,http/1.1,h2c,istio-http/1.0,istio-http/1.1,istio-h2': 'HTTP TLS',
    'istio,istio-http/1.0,istio-http/1.1,istio-h2': 'Istio HTTP Plain',
    'istio-peer-exchange,istio': 'TCP TLS',
    'http/1.0,http/1.1,h2c': 'HTTP',
  }),
)

/**
 * The criteria of a `filter_chain_match` in istioctl's words, the ones it leaves out after them.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener_components.proto#config-listener-v3-filterchainmatch
 */
function chainMatchText(match: JsonObject): string {
  const parts: string[] = []
  const serverNames = [...stringsOf(match.server_names), ...stringsOf(match.sni_domains)]
  const protocols = stringsOf(match.application_protocols).join(',')
  const transport = stringOf(match.transport_protocol)
  const ranges = cidrs(match.prefix_ranges)
  const port = numberOf(match.destination_port)
  if (serverNames.length > 0) parts.push(`SNI: ${serverNames.join(',')}`)
  if (transport !== undefined && transport !== '') parts.push(`Trans: ${transport}`)
  if (protocols !== '') parts.push(`App: ${alpnAliases.get(protocols) ?? protocols}`)
  if (ranges !== '') parts.push(`Addr: ${ranges}${port === undefined ? '' : `:${port}`}`)
  else if (port !== undefined) parts.push(`Addr: *:${port}`)
  const sourceType = stringOf(match.source_type)
  const sources = cidrs(match.source_prefix_ranges)
  const directSources = cidrs(match.direct_source_prefix_ranges)
  const sourcePorts = Array.isArray(match.source_ports)
    ? match.source_ports.map((port) => scalarText(port)).join(',')
    : ''
  if (sourceType !== undefined && sourceType !== 'ANY') parts.push(`Source Type: ${sourceType}`)
  if (sources !== '') parts.push(`Source: ${sources}`)
  if (directSources !== '') parts.push(`Direct Source: ${directSources}`)
  if (sourcePorts !== '') parts.push(`Source Ports: ${sourcePorts}`)
  return parts.join('; ') || 'ALL'
}

function cidrs(ranges: JsonObject[string]): string {
  return objectsOf(ranges).map(cidrText).join(',')
}
