import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { filterChainsOf } from '../../../envoy/model/filter-chains.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import { indexOf } from '../../../semantics/connection/dump-index.ts'
import { type Listener, servingListeners } from '../../../semantics/connection/listeners.ts'
import { addCluster, type Loaded } from './cluster-nodes.ts'
import { GraphDraft } from './graph-draft.ts'
import { chainId, clusterId, listenerId, type ProxyGraph } from './graph-model.ts'
import { addRoutes, routesOfName } from './route-nodes.ts'

/**
 * The graph of all that serves traffic in a proxy: of every listener what it leads to. Resources that nothing leads to are not in it.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of `/clusters`, for the health of endpoints; undefined where it was not read
 */
export function proxyGraph(dump: ConfigDump, statuses: readonly JsonObject[] | undefined): ProxyGraph {
  const graph = new GraphDraft()
  const loaded: Loaded = { index: indexOf(dump), statuses }
  for (const listener of servingListeners(dump)) addListener(graph, listener, loaded)
  return graph
}

function addListener(graph: GraphDraft, listener: Listener, loaded: Loaded): void {
  const { name, addresses, binds, resource } = listener
  const id = listenerId(name)
  const texts = addresses.map(({ text, port }) => (text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`))
  const detail = texts.filter((text) => text !== name).join(', ')
  graph.node({
    id,
    kind: 'listener',
    name,
    detail: [detail, binds ? '' : 'not bound to a port', handsOver(resource)].filter(Boolean).join('; '),
    resource: { kind: 'listener', name },
  })
  for (const [place, { name: own, match, filters }] of filterChainsOf(resource).entries()) {
    const chain = chainId(name, place)
    graph.node({
      id: chain,
      kind: 'chain',
      name: own || `chain ${place}`,
      detail: match,
      resource: { kind: 'listener', name },
    })
    graph.edge(id, chain)
    for (const filter of filters) addFilter(graph, chain, filter, loaded)
  }
}

/** Connections go on to the listener of their original destination, where there is one. */
function handsOver({ use_original_dst: flag, listener_filters: filters }: JsonObject): string {
  if (flag !== true) return ''
  const reads = objectsOf(filters).some((filter) => typedConfig(filter).message === 'OriginalDst')
  return reads || filters === undefined ? 'hands over by original destination' : ''
}

function addFilter(graph: GraphDraft, chain: string, filter: JsonObject, loaded: Loaded): void {
  const { message, config } = typedConfig(filter)
  if (message === 'TcpProxy') {
    for (const { cluster, share } of tcpClusters(config)) {
      addCluster(graph, cluster, loaded)
      graph.edge(chain, clusterId(cluster), share)
    }
  }
  if (message !== 'HttpConnectionManager') return
  const { route_config: inline, rds, scoped_routes: scoped } = config
  if (isObject(inline)) {
    const routes = addRoutes(graph, { resource: inline, name: stringOf(inline.name) ?? '', inside: chain }, loaded)
    graph.edge(chain, routes)
  }
  const names = isObject(rds) ? [stringOf(rds.route_config_name) ?? ''] : isObject(scoped) ? scopeRoutes(loaded) : []
  for (const name of names) graph.edge(chain, routesOfName(graph, name, loaded))
}

function scopeRoutes({ index }: Loaded): string[] {
  const names = index.dump
    .entries('scopedRoutes')
    .flatMap(({ resource }) => stringOf(resource.route_configuration_name) ?? [])
  return [...new Set(names)]
}

/** The clusters of a TCP proxy, with the weight of each where there are several. */
function tcpClusters({ cluster, weighted_clusters: weighted }: JsonObject): { cluster: string; share?: string }[] {
  if (typeof cluster === 'string') return [{ cluster }]
  return objectsOf(objectOf(weighted).clusters).map(({ name, weight }) => ({
    cluster: stringOf(name) ?? '',
    share: `weight ${String(weight ?? 0)}`,
  }))
}
