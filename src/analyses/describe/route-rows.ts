import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { domainsText, type HostRoute, hostName, hostRoutes } from '../../envoy/model/route-rows.ts'
import { type DumpIndex, indexOf, serves } from '../../semantics/connection/dump-index.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'
import { objectText } from './object-text.ts'
import { routeClusters } from './route-clusters.ts'

/** Which routes are part of a description. */
export interface WantedRoutes {
  readonly clusters: ReadonlySet<string>
  /** Whether a virtual host of these domains is wanted, whatever its routes do. */
  domains(domains: readonly string[]): boolean
}

export interface FoundRoutes {
  readonly rows: readonly DescriptionRow[]
  /** Names of the route configurations they are in. */
  readonly tables: ReadonlySet<string>
}

/** Routes that lead to one of the clusters, or stand in a virtual host of a wanted domain. */
export function routeRows(dump: ConfigDump, wanted: WantedRoutes): FoundRoutes {
  const tables = new Set<string>()
  const index = dump.has('clusters') ? indexOf(dump) : undefined
  const rows = inOrder(dump, 'routes')
    .filter(serves)
    .flatMap(({ name, resource }) =>
      hostRoutes(resource)
        .filter((found) => isWanted(found, wanted))
        .map((found) => {
          tables.add(name)
          return rowOf(name, found, index)
        }),
    )
  return { rows, tables }
}

/** Whether a route configuration has such a route. */
export function isWantedTable(table: JsonObject, wanted: WantedRoutes): boolean {
  return hostRoutes(table).some((found) => isWanted(found, wanted))
}

function isWanted({ host, route }: HostRoute, { clusters, domains }: WantedRoutes): boolean {
  return domains(stringsOf(host.domains)) || clustersOf(route ?? {}).some((cluster) => clusters.has(cluster))
}

function rowOf(
  table: string,
  { host, route, match, destination }: HostRoute,
  index: DumpIndex | undefined,
): DescriptionRow {
  const mirrors = mirrorsOf(route ?? {})
  const mirrored = mirrors.length === 0 ? '' : `, mirrored to ${mirrors.join(', ')}`
  const domains = domainsText(host)
  const missing = missingText(route ?? {}, index)
  return {
    part: 'Route',
    name: [table, hostName(host)].filter(Boolean).join(' / '),
    summary: `${domains === '*' || domains === '' ? '' : `${domains} `}${match} -> ${destination}${mirrored}${missing}`,
    object: objectText(route?.metadata, { routeName: stringOf(route?.name) }),
    ...(missing === '' ? {} : { tone: 'bad' }),
  }
}

/** A route to a cluster that is not there answers 503: its service, port or subset does not exist, or is hidden from the proxy. */
function missingText(route: JsonObject, index: DumpIndex | undefined): string {
  if (index === undefined) return ''
  const named = [...new Set(clustersOf(route))].filter((name) => name !== '')
  const missing = named.filter((name) => index.serving('clusters', name) === undefined)
  if (missing.length === 0) return ''
  if (missing.length === named.length)
    return named.length === 1 ? ', a cluster that the proxy does not have' : ', clusters that the proxy does not have'
  return `, of which the proxy does not have ${missing.join(', ')}`
}

/** Every cluster a route can send a request, or a copy of it, to. */
function clustersOf(route: JsonObject): string[] {
  return [...routeClusters(route), ...mirrorsOf(route)]
}

function mirrorsOf(route: JsonObject): string[] {
  const { request_mirror_policies, request_mirror_policy } = objectOf(route.route)
  return [...objectsOf(request_mirror_policies), ...objectsOf(request_mirror_policy)].map(
    ({ cluster }) => stringOf(cluster) ?? '',
  )
}
