import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { containedRoutes } from '../../../resources/contained/contained-routes.ts'
import { indexOf } from '../../../semantics/connection/dump-index.ts'
import type { Hop } from '../../../walk/trace-result.ts'

/** A route of a route configuration, as far as a line can be compared with it. */
interface NamedRoute {
  /** The clusters that it sends to; empty where it answers itself, or where a header names the cluster. */
  readonly clusters: readonly string[]
  /** Names of the headers that it matches on, or takes the cluster from. */
  readonly headers: readonly string[]
  readonly rewritesHost: boolean
}

/** Every route of this name in a route configuration; one without a name has an empty one. */
export function routesOfName(table: string, name: string, dump: ConfigDump): readonly NamedRoute[] {
  return virtualHosts(table, dump)
    .flatMap((host) => objectsOf(host.routes))
    .filter((route) => (stringOf(route.name) ?? '') === name)
    .map(namedRoute)
}

/** The headers that decided about the route of a hop: its own, and what tells TLS where its virtual host asks for that. */
export function headersOfHop(
  { routeConfiguration, virtualHost, routeIndex }: Hop,
  dump: ConfigDump,
): readonly string[] {
  if (routeConfiguration === undefined) return []
  const host = virtualHosts(routeConfiguration, dump).find(({ name }) => stringOf(name) === virtualHost)
  const route = routeIndex === undefined ? undefined : objectsOf(host?.routes)[routeIndex]
  const asksForTls = ![undefined, 'NONE'].includes(stringOf(host?.require_tls))
  return [...(route === undefined ? [] : namedRoute(route).headers), ...(asksForTls ? ['x-forwarded-proto'] : [])]
}

function virtualHosts(table: string, dump: ConfigDump): readonly JsonObject[] {
  const resource =
    indexOf(dump).serving('routes', table)?.resource ??
    containedRoutes(dump)?.entries.find((entry) => entry.name === table)?.resource
  return objectsOf(resource?.virtual_hosts)
}

function namedRoute(route: JsonObject): NamedRoute {
  const action = objectOf(route.route)
  const weighted = objectsOf(objectOf(action.weighted_clusters).clusters)
  const names = [action.cluster, ...weighted.map((cluster) => cluster.name)].map(stringOf)
  const matched = objectsOf(objectOf(route.match).headers).map((header) => stringOf(header.name))
  const headers = [...matched, stringOf(action.cluster_header)].map((name) => name?.toLowerCase())
  return {
    clusters: names.filter((name) => name !== undefined),
    headers: headers.filter((name) => name !== undefined),
    rewritesHost: rewrites.some((field) => action[field] !== undefined),
  }
}

/** (envoy.config.route.v3.RouteAction, host_rewrite_specifier) */
const rewrites = [
  'host_rewrite_literal',
  'auto_host_rewrite',
  'host_rewrite_header',
  'host_rewrite_path_regex',
  'host_rewrite',
] as const
