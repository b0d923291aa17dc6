import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { conditionTexts, pathText, weightedText } from '../text/route-text.ts'
import { typedConfig } from './typed-config.ts'

/**
 * Where the filters of a chain send traffic, in istioctl's words: `Route: 9080`, `Cluster: outbound|…`, `Inline Route: /healthz*`.
 * Filters count by the type of their configuration; their names are free text.
 */
export function chainDestination(filters: readonly JsonObject[]): string {
  for (const filter of filters) {
    const { message, config } = typedConfig(filter)
    if (message === 'HttpConnectionManager') return httpDestination(config)
    if (message === 'TcpProxy') return tcpDestination(config)
  }
  return 'Non-HTTP/Non-TCP'
}

/** `HTTP`, `TCP`, `HTTP+TCP`, `UNKNOWN`, as istioctl counts: a TCP filter that only refuses (BlackHoleCluster) does not count. */
export function listenerType(filters: readonly JsonObject[]): string {
  const types = filters.map(typedConfig)
  const http = types.some(({ message }) => message === 'HttpConnectionManager')
  const tcp = types.some(({ message, config }) => message === 'TcpProxy' && config.cluster !== 'BlackHoleCluster')
  return [http ? 'HTTP' : '', tcp ? 'TCP' : ''].filter(Boolean).join('+') || 'UNKNOWN'
}

function httpDestination(manager: JsonObject): string {
  const { route_config, rds, scoped_routes } = manager
  if (isObject(route_config)) return onlyCluster(route_config) ?? `Inline Route: ${inlineRoutes(route_config)}`
  if (isObject(rds)) return `Route: ${stringOf(rds.route_config_name) ?? ''}`
  if (isObject(scoped_routes)) return `Scoped Routes: ${stringOf(scoped_routes.name) ?? ''}`
  return 'HTTP'
}

/** The cluster that takes everything, where the route configuration says no more than that. */
function onlyCluster(routeConfig: JsonObject): string | undefined {
  const [host, ...otherHosts] = objectsOf(routeConfig.virtual_hosts)
  const domains = stringsOf(host?.domains)
  const [route, ...otherRoutes] = objectsOf(host?.routes)
  const cluster = objectOf(route?.route).cluster
  const match = objectOf(route?.match)
  const all = domains.length === 1 && domains[0] === '*' && match.prefix === '/' && conditionTexts(match).length === 0
  if (otherHosts.length > 0 || otherRoutes.length > 0 || !all || typeof cluster !== 'string') return undefined
  return clusterText(cluster)
}

function inlineRoutes(routeConfig: JsonObject): string {
  return objectsOf(routeConfig.virtual_hosts)
    .map((host) => {
      const domains = stringsOf(host.domains)
      const routes = objectsOf(host.routes).map((route) => {
        const match = objectOf(route.match)
        return [pathText(match), ...conditionTexts(match)].filter(Boolean).join(' ')
      })
      const named = domains.join('/')
      return `${named === '*' || named === '' ? '' : `${named} `}${routes.join(', ')}`
    })
    .join('; ')
}

function tcpDestination(proxy: JsonObject): string {
  const { cluster, weighted_clusters } = proxy
  if (isObject(weighted_clusters)) return `Cluster: ${weightedText(objectsOf(weighted_clusters.clusters))}`
  if (typeof cluster === 'string') return clusterText(cluster)
  const routes = objectsOf(objectOf(proxy.deprecated_v1).routes).map((route) => stringOf(route.cluster) ?? '')
  return `Cluster: ${routes.join(', ')}`
}

/** Istio's own clusters speak for themselves. */
function clusterText(name: string): string {
  return name.includes('Cluster') ? name : `Cluster: ${name}`
}
