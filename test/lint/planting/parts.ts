import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../../../src/envoy/json.ts'

/** Where the parts that cases name are in a real proxy: `route` is `routes.4.virtual_hosts.0.routes.1`. */
export type Parts = ReadonlyMap<string, string>

interface Found {
  readonly path: string
  readonly value: JsonObject
}

/**
 * Binds the names of test/lint/healthy.yaml to parts of a real proxy: a connection manager with a virtual host whose routes lead to clusters
 * that are there, those clusters, their endpoints, and a chain with TLS. Undefined where it has no such virtual host.
 */
export function partsOf(sections: JsonObject): Parts | undefined {
  const clusters = new Map(
    objectsOf(sections.clusters).map((cluster, at) => [cluster.name, { path: `clusters.${at}`, value: cluster }]),
  )
  const ways = managersIn(sections).flatMap((manager) => waysThrough(manager, sections, clusters))
  // Best a virtual host with two routes to clusters with endpoints, behind TLS.
  const [best] = ways.toSorted((a, b) => worth(b) - worth(a))
  if (best === undefined) return undefined
  const parts = new Map<string, string>([
    ['node', 'bootstrap.node'],
    ['admin', 'bootstrap.admin.address.socket_address'],
    ...['cluster', 'listener', 'route', 'secret'].flatMap((kind) => newPart(kind, sections)),
    ...best.names,
  ])
  const cluster = parts.get('cluster') ?? ''
  if (isTlsCluster(objectOf(valueAt(sections, cluster))))
    parts.set('upstreamTls', `${cluster}.transport_socket.typed_config`)
  const certificate = objectsOf(sections.secrets).findIndex(({ tls_certificate }) => isObject(tls_certificate))
  if (certificate !== -1) parts.set('certificate', `secrets.${certificate}`)
  const tcp = chainsIn(sections)
    .flatMap(filtersIn)
    .find(({ value }) => isMessage(value, 'TcpProxy') && stringOf(value.cluster) !== undefined)
  if (tcp !== undefined) parts.set('tcpProxy', tcp.path)
  return parts
}

/** `newCluster`: where one more of a kind is put, where the dump has that kind. */
function newPart(kind: string, sections: JsonObject): [string, string][] {
  const list = sections[`${kind}s`]
  return Array.isArray(list) ? [[`new${kind[0]?.toUpperCase()}${kind.slice(1)}`, `${kind}s.${list.length}`]] : []
}

/** The value at a path. */
export function valueAt(sections: JsonObject, path: string): Json | undefined {
  let at: Json | undefined = sections
  for (const step of path.split('.')) at = Array.isArray(at) ? at[Number(step)] : objectOf(at)[step]
  return at
}

interface Way {
  readonly names: ReadonlyMap<string, string>
  readonly routes: number
  readonly hosts: number
  readonly isTls: boolean
}

function worth({ routes, hosts, isTls }: Way): number {
  return Math.min(routes, 2) * 4 + Math.min(hosts, 2) * 2 + (isTls ? 1 : 0)
}

interface Manager extends Found {
  readonly listener: string
  readonly chain: Found
}

function chainsIn(sections: JsonObject): (Found & { readonly listener: string })[] {
  return objectsOf(sections.listeners).flatMap((listener, at) => {
    if (listener.state !== undefined) return []
    const path = `listeners.${at}`
    const own = objectsOf(listener.filter_chains).map((value, n) => ({
      listener: path,
      path: `${path}.filter_chains.${n}`,
      value,
    }))
    const other = listener.default_filter_chain
    return isObject(other) ? [...own, { listener: path, path: `${path}.default_filter_chain`, value: other }] : own
  })
}

function filtersIn({ path, value }: Found): Found[] {
  return objectsOf(value.filters).map((filter, at) => ({
    path: `${path}.filters.${at}.typed_config`,
    value: objectOf(filter.typed_config),
  }))
}

function managersIn(sections: JsonObject): Manager[] {
  return chainsIn(sections).flatMap((chain) =>
    filtersIn(chain)
      .filter(({ value }) => isMessage(value, 'HttpConnectionManager'))
      .map((filter) => ({ ...filter, listener: chain.listener, chain })),
  )
}

function isMessage(config: JsonObject, name: string): boolean {
  return stringOf(config['@type'])?.endsWith(`.${name}`) === true
}

function waysThrough(manager: Manager, sections: JsonObject, clusters: ReadonlyMap<Json | undefined, Found>): Way[] {
  const rds = stringOf(objectOf(manager.value.rds).route_config_name)
  const at = objectsOf(sections.routes).findIndex(({ name, state }) => name === rds && state === undefined)
  const table = isObject(manager.value.route_config)
    ? `${manager.path}.route_config`
    : rds === undefined || at === -1
      ? undefined
      : `routes.${at}`
  if (table === undefined) return []
  const tls = objectOf(objectOf(manager.chain.value.transport_socket).typed_config)
  const isTls = isMessage(tls, 'DownstreamTlsContext')
  return objectsOf(objectOf(valueAt(sections, table)).virtual_hosts).flatMap((host, n): Way[] => {
    const path = `${table}.virtual_hosts.${n}`
    const routes = objectsOf(host.routes).flatMap((route, r) => {
      const cluster = clusters.get(objectOf(route.route).cluster)
      return cluster === undefined || isObject(objectOf(route.route).weighted_clusters)
        ? []
        : [{ path: `${path}.routes.${r}`, cluster }]
    })
    const withTls = routes.findIndex(({ cluster }) => isTlsCluster(cluster.value))
    const [second, first = second] =
      withTls === -1 ? routes.toReversed() : [...routes.slice(withTls), ...routes.slice(0, withTls)]
    if (first === undefined || second === undefined) return []
    const endpoints = [first, second].map(({ cluster }) => endpointsOf(cluster.value, sections))
    return [
      {
        routes: routes.length,
        hosts: endpoints.filter((one) => one !== undefined).length,
        isTls,
        names: new Map([
          ['listener', manager.listener],
          ['chain', manager.chain.path],
          ...(isTls ? [['downstreamTls', `${manager.chain.path}.transport_socket.typed_config`] as const] : []),
          ['manager', manager.path],
          ['table', table],
          ['virtualHost', path],
          ['apiRoute', first.path],
          ['route', second.path],
          ['apiCluster', first.cluster.path],
          ['cluster', second.cluster.path],
          ...named('apiEndpoints', endpoints[0]),
          ...named('endpoints', endpoints[1]),
          ...named('locality', endpoints[1] === undefined ? undefined : `${endpoints[1]}.endpoints.0`),
          ...named('status', statusOf(second.cluster.value, sections)),
          ...named('host', hostOf(second.cluster.value, sections)),
        ]),
      },
    ]
  })
}

function named(name: string, path: string | undefined): [string, string][] {
  return path === undefined ? [] : [[name, path]]
}

function endpointsOf(cluster: JsonObject, sections: JsonObject): string | undefined {
  const wanted = stringOf(objectOf(cluster.eds_cluster_config).service_name) || cluster.name
  const at = objectsOf(sections.endpoints).findIndex(
    ({ cluster_name, endpoints }) =>
      cluster_name === wanted && objectsOf(endpoints).some(({ lb_endpoints }) => objectsOf(lb_endpoints).length > 0),
  )
  return at === -1 ? undefined : `endpoints.${at}`
}

function statusOf({ name }: JsonObject, sections: JsonObject): string | undefined {
  const at = objectsOf(sections.statuses).findIndex((status) => status.name === name)
  return at === -1 ? undefined : `statuses.${at}`
}

function hostOf(cluster: JsonObject, sections: JsonObject): string | undefined {
  const status = statusOf(cluster, sections)
  return status === undefined ? undefined : `${status}.host_statuses.0`
}

function isTlsCluster(cluster: JsonObject): boolean {
  return isMessage(objectOf(objectOf(cluster.transport_socket).typed_config), 'UpstreamTlsContext')
}
