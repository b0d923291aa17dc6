import { type JsonObject, stringsOf } from '../../../envoy/json.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import { type Host, hostsOf } from '../../../semantics/clusters/hosts.ts'
import type { DumpIndex } from '../../../semantics/connection/dump-index.ts'
import type { GraphDraft } from './graph-draft.ts'
import { clusterId, endpointId, endpointsId, type GraphNode, listenerId } from './graph-model.ts'

/** What a graph is made of. */
export interface Loaded {
  readonly index: DumpIndex
  /** Each `envoy.admin.v3.ClusterStatus` of `/clusters`; undefined where it was not read. */
  readonly statuses: readonly JsonObject[] | undefined
}

/** Adds a cluster with its endpoints, those of an aggregate with its members. */
export function addCluster(graph: GraphDraft, name: string, loaded: Loaded): void {
  const { index, statuses } = loaded
  const id = clusterId(name)
  const resource = index.serving('clusters', name)?.resource
  if (resource === undefined) {
    const isKnown = index.dump.has('clusters')
    const detail = isKnown ? 'not loaded' : 'not in the dump'
    graph.node({ id, kind: 'cluster', name, detail, state: isKnown ? 'failed' : 'warning' })
    return
  }
  const { type, config } = discoveryOf(resource)
  const hosts = hostsOf(resource, index, statuses)?.hosts
  const members = type === 'AGGREGATE' ? stringsOf(config.clusters) : []
  // Endpoints of these come with requests.
  const isEmpty = hosts?.length === 0 && members.length === 0 && !/ORIGINAL_DST|DYNAMIC|DFP/i.test(type)
  const isNew = graph.node({
    id,
    kind: 'cluster',
    name,
    detail: [type, isEmpty ? 'no endpoints' : hosts === undefined ? 'endpoints are not in the dump' : '']
      .filter(Boolean)
      .join('; '),
    resource: { kind: 'cluster', name },
    ...(isEmpty ? { state: 'warning' } : {}),
  })
  if (!isNew) return
  for (const member of members) {
    addCluster(graph, member, loaded)
    graph.edge(id, clusterId(member))
  }
  if (hosts !== undefined && members.length === 0) addEndpoints(graph, name, hosts)
}

/** More than one endpoint is a node of them all, which unfolds to a node each. */
function addEndpoints(graph: GraphDraft, cluster: string, hosts: readonly Host[]): void {
  const folded = endpointsId(cluster)
  if (hosts.length > 1) {
    graph.node(foldedNode(folded, cluster, hosts))
    graph.edge(clusterId(cluster), folded)
  }
  for (const host of hosts) {
    const id = endpointId(cluster, host.label)
    graph.node(endpointNode(id, cluster, host))
    graph.edge(hosts.length > 1 ? folded : clusterId(cluster), id)
    if (host.internalListener !== undefined) graph.edge(id, listenerId(host.internalListener))
  }
}

function foldedNode(id: string, cluster: string, hosts: readonly Host[]): GraphNode {
  const count = (health: Host['health']): number => hosts.filter((host) => host.health === health).length
  const [unhealthy, degraded] = [count('unhealthy'), count('degraded')]
  const counts = [unhealthy === 0 ? '' : `${unhealthy} unhealthy`, degraded === 0 ? '' : `${degraded} degraded`]
  return {
    id,
    kind: 'endpoint',
    name: `${hosts.length} endpoints`,
    detail: counts.filter(Boolean).join(', '),
    folded: cluster,
    resource: { kind: 'endpoint', name: cluster },
    ...stateOf(unhealthy === hosts.length ? 'unhealthy' : unhealthy + degraded > 0 ? 'degraded' : 'healthy'),
  }
}

function endpointNode(id: string, cluster: string, { label, health, locality }: Host): GraphNode {
  return {
    id,
    kind: 'endpoint',
    name: label,
    detail: [health === 'healthy' ? '' : health, locality].filter(Boolean).join(', '),
    resource: { kind: 'endpoint', name: cluster },
    ...stateOf(health),
  }
}

function stateOf(health: Host['health']): Pick<GraphNode, 'state'> {
  if (health === 'healthy') return {}
  return { state: health === 'unhealthy' ? 'failed' : 'warning' }
}
