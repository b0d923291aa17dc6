import { addressesOf, addressText } from '../envoy/addresses.ts'
import { chainDestination } from '../envoy/chain-destination.ts'
import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import { type FilterChain, filterChainsOf } from '../envoy/filter-chains.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { hostRoutes } from '../envoy/route-rows.ts'
import { typedConfig } from '../envoy/typed-config.ts'
import { serves } from '../trace/dump-index.ts'
import type { Concern } from './concern.ts'
import { objectText } from './object-text.ts'

/** What makes a filter chain concern something. */
export interface WantedChains {
  readonly clusters: ReadonlySet<string>
  /** Names of route configurations. */
  readonly tables: ReadonlySet<string>
}

export interface FoundChains {
  readonly concerns: readonly Concern[]
  /** `LISTENER CHAIN`, as authorization policies name their place. */
  readonly places: ReadonlySet<string>
}

/** Filter chains that send traffic to one of the clusters, themselves or through a route configuration. */
export function chainConcerns(dump: ConfigDump, wanted: WantedChains): FoundChains {
  const found = dump
    .entries('listeners')
    .filter(serves)
    .flatMap((entry) =>
      filterChainsOf(entry.resource)
        .filter(({ filters }) => filters.some((filter) => leadsTo(filter, wanted)))
        .map((chain) => ({
          place: [entry.name, chain.name].filter(Boolean).join(' '),
          concern: concernOf(entry, chain),
        })),
    )
  return { concerns: found.map(({ concern }) => concern), places: new Set(found.map(({ place }) => place)) }
}

function concernOf({ name, resource }: Entry, { match, filters, name: chain }: FilterChain): Concern {
  const addresses = isObject(resource.internal_listener) ? 'internal' : addressesOf(resource).map(addressText).join(',')
  const terminal = objectsOf(resource.filter_chains).find((candidate) => candidate.name === chain)
  return {
    part: 'Listener',
    name,
    does: `${addresses} ${match} -> ${chainDestination(filters)}`,
    object: objectText(terminal?.metadata, { kind: 'TCPRoute' }) || objectText(resource.metadata, { kind: 'TCPRoute' }),
  }
}

function leadsTo(filter: JsonObject, { clusters, tables }: WantedChains): boolean {
  const { message, config } = typedConfig(filter)
  if (message === 'TcpProxy') {
    const weighted = objectsOf(objectOf(config.weighted_clusters).clusters)
    return [config, ...weighted].some(({ cluster, name }) => clusters.has(stringOf(cluster ?? name) ?? ''))
  }
  if (message !== 'HttpConnectionManager') return false
  if (tables.has(stringOf(objectOf(config.rds).route_config_name) ?? '')) return true
  if (!isObject(config.route_config)) return false
  return hostRoutes(config.route_config).some(({ route }) => {
    const { cluster, weighted_clusters } = objectOf(route?.route)
    const weighted = objectsOf(objectOf(weighted_clusters).clusters).map(({ name }) => stringOf(name) ?? '')
    return [stringOf(cluster) ?? '', ...weighted].some((name) => clusters.has(name))
  })
}
