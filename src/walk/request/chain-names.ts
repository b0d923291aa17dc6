import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'

/** What a filter chain says of the services behind it. */
export interface ChainNames {
  /** Names that a control plane gave its parts: the chain, its clusters and route configuration, virtual hosts. */
  readonly names: readonly string[]
  /** Domains of virtual hosts and server names; wildcards included, those of every host left out. */
  readonly domains: readonly string[]
}

/** The names in a filter chain, those of the route configuration that it refers to included. */
export function chainNames(chain: JsonObject, index: DumpIndex): ChainNames {
  const match = objectOf(chain.filter_chain_match)
  const filters = objectsOf(chain.filters).map(typedConfig)
  const routes = filters
    .filter(({ message }) => message === 'HttpConnectionManager')
    .map(({ config }) => routesOf(config, index))
  const hosts = routes.flatMap((table) => table.hosts)
  const names = [
    stringOf(chain.name) ?? '',
    ...filters.filter(({ message }) => message === 'TcpProxy').flatMap(({ config }) => tcpClusters(config)),
    ...routes.map(({ name }) => name),
    ...hosts.map(({ name }) => stringOf(name) ?? ''),
  ]
  const domains = [
    ...stringsOf(match.server_names),
    ...stringsOf(match.sni_domains),
    ...hosts.flatMap((host) => stringsOf(host.domains)),
  ]
  return { names: names.filter((name) => name !== ''), domains: domains.filter((domain) => domain !== '*') }
}

function tcpClusters(config: JsonObject): string[] {
  const weighted = objectsOf(objectOf(config.weighted_clusters).clusters)
  return [config.cluster, ...weighted.map(({ name }) => name)].map((name) => stringOf(name) ?? '')
}

function routesOf({ rds, route_config }: JsonObject, index: DumpIndex): { name: string; hosts: readonly JsonObject[] } {
  const name = isObject(rds) ? (stringOf(rds.route_config_name) ?? '') : (stringOf(objectOf(route_config).name) ?? '')
  const table = isObject(rds) ? index.serving('routes', name)?.resource : objectOf(route_config)
  return { name, hosts: objectsOf(table?.virtual_hosts) }
}
