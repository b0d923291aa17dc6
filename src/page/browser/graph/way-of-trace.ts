import type { Hop, Trace } from '../../../walk/trace-result.ts'
import {
  chainId,
  clusterId,
  endpointId,
  endpointsId,
  type GraphEdge,
  type GraphWay,
  hostId,
  listenerId,
  type ProxyGraph,
  routesId,
} from './graph-model.ts'

/** Endpoints of a request that are a node each; more are one node. */
const maxEndpoints = 5

/** Where in a graph a request passes, over all its alternatives. */
export function wayOfTrace({ alternatives }: Trace, graph: ProxyGraph): GraphWay {
  const nodes = new Set<string>()
  const unfolded = new Set<string>()
  const handedOver = new Map<string, GraphEdge>()
  for (const hop of alternatives.flatMap(({ hops }) => hops)) {
    addHop(hop, graph, nodes, unfolded)
    if (hop.acceptedBy === undefined || hop.acceptedBy === hop.listener) continue
    const edge = { from: listenerId(hop.acceptedBy), to: listenerId(hop.listener), conditions: ['handed over'] }
    handedOver.set(JSON.stringify(edge), edge)
  }
  const isKnown = (id: string): boolean => graph.nodes.has(id)
  return {
    nodes: new Set([...nodes].filter(isKnown)),
    unfolded,
    handedOver: [...handedOver.values()].filter(({ from, to }) => isKnown(from) && isKnown(to)),
  }
}

function addHop(hop: Hop, graph: ProxyGraph, nodes: Set<string>, unfolded: Set<string>): void {
  const { listener, acceptedBy, virtualHost, cluster, endpoints = [] } = hop
  if (acceptedBy !== undefined) nodes.add(listenerId(acceptedBy))
  nodes.add(listenerId(listener))
  const chain = hop.filterChain === undefined ? undefined : chainOf(hop, graph)
  if (chain !== undefined) nodes.add(chain)
  if (hop.routeConfiguration !== undefined) {
    const isInline = hop.routeConfigurationSource === 'inline'
    const routes = routesId(hop.routeConfiguration, isInline ? chain : undefined)
    nodes.add(routes)
    if (virtualHost !== undefined) nodes.add(hostId(routes, virtualHost))
  }
  if (cluster === undefined) return
  nodes.add(clusterId(cluster))
  for (const [owner, own] of Map.groupBy(endpoints, (endpoint) => endpoint.cluster ?? cluster)) {
    nodes.add(clusterId(owner))
    nodes.add(endpointsId(owner))
    if (own.length > maxEndpoints) continue
    unfolded.add(owner)
    for (const { address } of own) nodes.add(endpointId(owner, address))
  }
}

/** A chain without a place is the default one, which is the last. */
function chainOf({ listener, filterChainIndex: place }: Hop, { nodes }: ProxyGraph): string | undefined {
  if (place !== undefined) return chainId(listener, place)
  let last: string | undefined
  for (let at = 0; nodes.has(chainId(listener, at)); at++) last = chainId(listener, at)
  return last
}
