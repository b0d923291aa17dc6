import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { containedRoutes } from '../../../resources/contained/contained-routes.ts'
import { indexOf } from '../../../semantics/connection/dump-index.ts'

/** A route of a route configuration, as far as a line can be compared with it. */
interface NamedRoute {
  /** The clusters that it sends to; empty where it answers itself, or where a header names the cluster. */
  readonly clusters: readonly string[]
  /** Names of the headers that it matches on. */
  readonly headers: readonly string[]
  readonly rewritesHost: boolean
}

/** Every route of this name in a route configuration; one without a name has an empty one. */
export function routesOfName(table: string, name: string, dump: ConfigDump): readonly NamedRoute[] {
  const resource =
    indexOf(dump).serving('routes', table)?.resource ??
    containedRoutes(dump)?.entries.find((entry) => entry.name === table)?.resource
  if (resource === undefined) return []
  return objectsOf(resource.virtual_hosts)
    .flatMap((host) => objectsOf(host.routes))
    .filter((route) => (stringOf(route.name) ?? '') === name)
    .map(namedRoute)
}

function namedRoute(route: JsonObject): NamedRoute {
  const action = objectOf(route.route)
  const weighted = objectsOf(objectOf(action.weighted_clusters).clusters)
  const names = [action.cluster, ...weighted.map((cluster) => cluster.name)].map(stringOf)
  const headers = objectsOf(objectOf(route.match).headers).map((header) => stringOf(header.name)?.toLowerCase())
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
