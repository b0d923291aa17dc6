import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { hostRoutes } from '../../envoy/model/route-rows.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { routeClusters } from './route-clusters.ts'

/** The destinations that make a filter chain part of a description. */
export interface WantedDestinations {
  readonly clusters: ReadonlySet<string>
  /** Names of route configurations. */
  readonly tables: ReadonlySet<string>
}

/** A test of filter chains: whether their filters send traffic to one of the clusters, themselves or through one of the tables. */
export function leadingTo(
  dump: ConfigDump,
  { clusters, tables }: WantedDestinations,
): (filters: readonly JsonObject[]) => boolean {
  const scopes = scopesOf(dump, tables)
  return (filters) => filters.some(leads)

  function leads(filter: JsonObject): boolean {
    const { message, config } = typedConfig(filter)
    if (message === 'TcpProxy') {
      const weighted = objectsOf(objectOf(config.weighted_clusters).clusters)
      return [config, ...weighted].some(({ cluster, name }) => clusters.has(stringOf(cluster ?? name) ?? ''))
    }
    if (message !== 'HttpConnectionManager') return false
    if (tables.has(stringOf(objectOf(config.rds).route_config_name) ?? '')) return true
    if (scopes.has(stringOf(objectOf(config.scoped_routes).name) ?? '')) return true
    if (!isObject(config.route_config)) return false
    return hostRoutes(config.route_config).some(({ route }) =>
      routeClusters(route ?? {}).some((name) => clusters.has(name)),
    )
  }
}

/** Names of the sets of scopes of which one leads to a table. */
function scopesOf(dump: ConfigDump, tables: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    dump
      .entries('scopedRoutes')
      .filter((entry) => serves(entry) && tables.has(stringOf(entry.resource.route_configuration_name) ?? ''))
      .flatMap(({ wrapper }) => stringOf(wrapper.name) ?? []),
  )
}
