import type { ConfigDump } from '../envoy/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import { domainsText, type HostRoute, hostName, hostRoutes } from '../envoy/route-rows.ts'
import { serves } from '../trace/dump-index.ts'
import type { Concern } from './concern.ts'
import { inOrder } from './in-order.ts'
import { objectText } from './object-text.ts'

/** What makes a route concern something. */
export interface WantedRoutes {
  readonly clusters: ReadonlySet<string>
  /** Whether a virtual host of these domains is wanted, whatever its routes do. */
  domains(domains: readonly string[]): boolean
}

export interface FoundRoutes {
  readonly concerns: readonly Concern[]
  /** Names of the route configurations they are in. */
  readonly tables: ReadonlySet<string>
}

/** Routes that lead to one of the clusters, or stand in a virtual host of a wanted domain. */
export function routeConcerns(dump: ConfigDump, wanted: WantedRoutes): FoundRoutes {
  const tables = new Set<string>()
  const concerns = inOrder(dump, 'routes')
    .filter(serves)
    .flatMap(({ name, resource }) =>
      hostRoutes(resource)
        .filter((found) => isWanted(found, wanted))
        .map((found) => {
          tables.add(name)
          return concernOf(name, found)
        }),
    )
  return { concerns, tables }
}

/** Whether a route configuration has such a route. */
export function isWantedTable(table: JsonObject, wanted: WantedRoutes): boolean {
  return hostRoutes(table).some((found) => isWanted(found, wanted))
}

function isWanted({ host, route }: HostRoute, { clusters, domains }: WantedRoutes): boolean {
  return domains(stringsOf(host.domains)) || clustersOf(route ?? {}).some((cluster) => clusters.has(cluster))
}

function concernOf(table: string, { host, route, match, destination }: HostRoute): Concern {
  const mirrors = mirrorsOf(route ?? {})
  const mirrored = mirrors.length === 0 ? '' : `, mirrored to ${mirrors.join(', ')}`
  const domains = domainsText(host)
  return {
    part: 'Route',
    name: [table, hostName(host)].filter(Boolean).join(' / '),
    does: `${domains === '*' || domains === '' ? '' : `${domains} `}${match} -> ${destination}${mirrored}`,
    object: objectText(route?.metadata, { routeName: stringOf(route?.name) }),
  }
}

/** Every cluster a route can send a request, or a copy of it, to. */
function clustersOf(route: JsonObject): string[] {
  const { cluster, weighted_clusters } = objectOf(route.route)
  const weighted = isObject(weighted_clusters) ? objectsOf(weighted_clusters.clusters) : []
  return [stringOf(cluster) ?? '', ...weighted.map(({ name }) => stringOf(name) ?? ''), ...mirrorsOf(route)]
}

function mirrorsOf(route: JsonObject): string[] {
  const { request_mirror_policies, request_mirror_policy } = objectOf(route.route)
  return [...objectsOf(request_mirror_policies), ...objectsOf(request_mirror_policy)].map(
    ({ cluster }) => stringOf(cluster) ?? '',
  )
}
