import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { ListenerSide } from './listener-side.ts'
import type { Reach, TablePlace } from './places.ts'
import { routesOf, virtualHostsOf } from './tables.ts'

/** What uses the clusters of a proxy. */
export interface Uses {
  /** What leads to a cluster; `nothing` where no listener, route or filter that serves names it. */
  reachOf(cluster: string): Reach
  /** What leads to a cluster that is the only destination of a route or a TCP proxy. */
  onlyDestination(cluster: string): Reach
}

/** Which clusters are led to, by routes, TCP proxies and filters. A listener counts as soon as it serves. */
export function clusterUses({ chains, tcpProxies }: ListenerSide, tables: readonly TablePlace[]): Uses {
  const any = new Map<string, Reach>()
  const only = new Map<string, Reach>()
  for (const { config, reach } of tcpProxies) addDestinations(config, reach, any, only)
  for (const table of tables)
    for (const host of virtualHostsOf(table))
      for (const { action, reach } of routesOf(host)) {
        addDestinations(action, reach, any, only)
        for (const { cluster } of objectsOf(action.request_mirror_policies)) add(any, cluster, reach)
      }
  for (const { chain, reach } of chains) for (const name of serviceClusters(chain)) add(any, name, reach)
  return {
    reachOf: (cluster) => any.get(cluster) ?? 'nothing',
    onlyDestination: (cluster) => only.get(cluster) ?? 'nothing',
  }
}

/** The clusters of a RouteAction or a TcpProxy. */
export function destinationsOf(action: JsonObject): string[] {
  const weighted = objectsOf(objectOf(action.weighted_clusters).clusters)
  return [action.cluster, ...weighted.map(({ name }) => name)].flatMap((name) => stringOf(name) || [])
}

function addDestinations(action: JsonObject, reach: Reach, any: Map<string, Reach>, only: Map<string, Reach>): void {
  const names = destinationsOf(action)
  for (const name of names) add(any, name, reach)
  if (names.length === 1) add(only, names[0], reach)
}

/** The best reach wins: a listener and domain, then unknown, then nothing. */
function add(found: Map<string, Reach>, name: Json | undefined, reach: Reach): void {
  if (typeof name !== 'string') return
  const known = found.get(name)
  if (known === undefined || known === 'nothing' || (known === 'unknown' && typeof reach === 'object'))
    found.set(name, reach)
}

/** Where a filter, an access logger or a tracer names the cluster of a service that it calls. */
export interface ServiceCall {
  readonly cluster: string
  /** The extension whose configuration it stands in. */
  readonly by: string
}

/** Routes are places of their own; sources of configuration are the control plane's affair. */
const notCalls: ReadonlySet<string> = new Set(['route_config', 'sds_config', 'config_source', 'config_discovery'])

/** The clusters that extensions call: `envoy_grpc`, each `HttpUri`, the collectors of tracers. */
export function serviceCalls(value: Json | undefined): ServiceCall[] {
  const found: ServiceCall[] = []
  const pending: { readonly part: Json | undefined; readonly by: string }[] = [{ part: value, by: '' }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { part, by } = next
    if (Array.isArray(part)) for (const item of part) pending.push({ part: item, by })
    if (!isObject(part)) continue
    const type = stringOf(part['@type'])
    const own = type === undefined ? by : type.slice(type.lastIndexOf('.') + 1)
    const { envoy_grpc, collector_cluster } = part
    // `HttpUri`, whatever the field that it stands in: http_uri, server_uri, token_endpoint.
    const byUri = typeof part.uri === 'string' ? part.cluster : undefined
    for (const cluster of [objectOf(envoy_grpc).cluster_name, byUri, collector_cluster])
      if (typeof cluster === 'string' && cluster !== '') found.push({ cluster, by: own })
    for (const [key, member] of Object.entries(part)) if (!notCalls.has(key)) pending.push({ part: member, by: own })
  }
  return found
}

function serviceClusters(chain: JsonObject): string[] {
  return serviceCalls(chain).map(({ cluster }) => cluster)
}
