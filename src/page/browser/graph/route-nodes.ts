import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { domainsText, type HostRoute, hostName, hostRoutes } from '../../../envoy/model/route-rows.ts'
import { addCluster, type Loaded } from './cluster-nodes.ts'
import type { GraphDraft } from './graph-draft.ts'
import { clusterId, type GraphNode, hostId, routesId } from './graph-model.ts'

interface RouteConfiguration {
  readonly resource: JsonObject
  readonly name: string
  /** The chain that holds it, where it has no resource of its own. */
  readonly inside?: string
}

/** Adds the route configuration of a name (RDS), which several chains may share. @returns its id */
export function routesOfName(graph: GraphDraft, name: string, loaded: Loaded): string {
  const entry = loaded.index.serving('routes', name)
  if (entry !== undefined) return addRoutes(graph, { resource: entry.resource, name }, loaded)
  const id = routesId(name)
  const detail = loaded.index.dump.has('routes') ? 'not loaded' : 'not in the dump'
  graph.node({ id, kind: 'routes', name, detail, state: loaded.index.dump.has('routes') ? 'failed' : 'warning' })
  return id
}

/** Adds a route configuration with its virtual hosts and the clusters that they lead to. @returns its id */
export function addRoutes(graph: GraphDraft, { resource, name, inside }: RouteConfiguration, loaded: Loaded): string {
  const id = routesId(name, inside)
  const hosts = objectsOf(resource.virtual_hosts)
  const isNew = graph.node({
    id,
    kind: 'routes',
    name: name || '(unnamed)',
    detail: inside === undefined ? '' : 'in the listener',
    ...(inside === undefined ? { resource: { kind: 'route', name } } : {}),
    ...(hosts.length === 0 ? { state: 'warning' } : {}),
  })
  if (!isNew) return id
  for (const [host, routes] of Map.groupBy(hostRoutes(resource), (route) => route.host)) {
    const own = hostId(id, hostName(host))
    graph.node(hostNode(own, host, routes, inside === undefined ? name : undefined))
    graph.edge(id, own)
    for (const route of routes) addDestinations(graph, own, route, loaded)
  }
  return id
}

function hostNode(id: string, host: JsonObject, routes: readonly HostRoute[], table: string | undefined): GraphNode {
  const answers = routes.filter(({ route }) => !objectOf(route).route).map(({ destination }) => destination)
  const domains = domainsText(host)
  const name = hostName(host)
  return {
    id,
    kind: 'host',
    name,
    detail: [
      domains === name ? '' : domains,
      routes.length === 1 ? '' : `${routes.length} routes`,
      [...new Set(answers)].slice(0, 2).join(', '),
    ]
      .filter(Boolean)
      .join('; '),
    ...(table === undefined ? {} : { resource: { kind: 'route', name: table } }),
  }
}

function addDestinations(graph: GraphDraft, host: string, { route, match }: HostRoute, loaded: Loaded): void {
  const action = objectOf(objectOf(route).route)
  const weighted = objectsOf(objectOf(action.weighted_clusters).clusters)
  const mirrors = objectsOf(action.request_mirror_policies).map(({ cluster }) => ({ cluster, how: ', mirrored' }))
  for (const { cluster, how } of [
    { cluster: action.cluster, how: '' },
    ...weighted.map(({ name, weight }) => ({ cluster: name, how: `, weight ${String(weight ?? 0)}` })),
    ...mirrors,
  ]) {
    const name = stringOf(cluster)
    if (name === undefined || name === '') continue
    addCluster(graph, name, loaded)
    graph.edge(host, clusterId(name), `${match}${how}`)
  }
}
