/** What a proxy has loaded as a graph: listener, filter chain, route configuration, virtual host, cluster, endpoint. */
export interface ProxyGraph {
  /** By their id, in the order of the dump: a listener with all that is its own, then the next. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly edges: readonly GraphEdge[]
}

export type GraphKind = 'listener' | 'chain' | 'routes' | 'host' | 'cluster' | 'endpoint' | 'more'

export interface GraphNode {
  /** Unique in the graph; the functions below make it. */
  readonly id: string
  readonly kind: GraphKind
  /** Its name as the proxy has it. */
  readonly name: string
  /** A second line: conditions of a chain, domains of a virtual host, the type of a cluster, the health of an endpoint. */
  readonly detail: string
  /** The resource that it stands in, where the page shows one. */
  readonly resource?: { readonly kind: 'listener' | 'route' | 'cluster' | 'endpoint'; readonly name: string }
  /** Whether requests fail there, or may. */
  readonly state?: 'failed' | 'warning'
  /** Of endpoints that are one node: the cluster that they are of. */
  readonly folded?: string
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** What leads along it, a line each: the conditions of routes, a share of requests. */
  readonly conditions: readonly string[]
}

/** The way of a request through a graph; all that it names is in the graph. */
export interface GraphWay {
  /** Ids of nodes. */
  readonly nodes: ReadonlySet<string>
  /** Clusters of which the request's endpoints are a node each. */
  readonly unfolded: ReadonlySet<string>
  /** From a listener that accepts the connection to the one that gets it, which the configuration does not name. */
  readonly handedOver: readonly GraphEdge[]
}

/** Names come from outside and hold anything; a list of texts as JSON is one of them only. */
const idOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts)

export const listenerId = (name: string): string => idOf('listener', name)
/** @param place its place in the listener, the default chain last */
export const chainId = (listener: string, place: number): string => idOf('chain', listener, place)
/** @param inside the chain whose connection manager holds the route configuration; undefined for one that has a name of its own */
export const routesId = (name: string, inside?: string): string => idOf('routes', name, ...(inside ? [inside] : []))
export const hostId = (routes: string, name: string): string => idOf('host', routes, name)
export const clusterId = (name: string): string => idOf('cluster', name)
export const endpointId = (cluster: string, address: string): string => idOf('endpoint', cluster, address)
export const endpointsId = (cluster: string): string => idOf('endpoints', cluster)
/** @param of the node of which more than is shown follows */
export const moreId = (of: string, kind: string): string => idOf('more', of, kind)
