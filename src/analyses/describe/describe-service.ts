import { areHostsOf, isClusterOf, type ServiceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { filterChainsOf } from '../../envoy/model/filter-chains.ts'
import { hostsOf } from '../../semantics/clusters/hosts.ts'
import { indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { leadingTo } from './chain-destinations.ts'
import { chainRows } from './chain-rows.ts'
import { clusterRow } from './cluster-row.ts'
import { describePod } from './describe-pod.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'
import { policyRows } from './policy-rows.ts'
import { isWantedTable, routeRows, type WantedRoutes } from './route-rows.ts'
import { isGatewayOf } from './traffic-side.ts'
import { unusedRows } from './unused-rows.ts'

export interface DescribedService extends ServiceName {
  /** `IP:PORT` of its endpoints and of itself, where they are known. */
  readonly addresses?: ReadonlySet<string> | undefined
}

/**
 * Everything in a proxy that is related to a service: chains, policies in them, routes, clusters, used or not. Of a gateway's own service,
 * all that the gateway does. Empty when the proxy knows nothing of it.
 */
export function describeService(dump: ConfigDump, service: DescribedService): DescriptionRow[] {
  const found = clustersOf(dump, service)
  const clusters = new Set(found.map(({ name }) => name))
  const wanted: WantedRoutes = {
    clusters,
    domains: (domains) =>
      areHostsOf(
        domains.map((domain) => domain.replace(/:\d+$/, '')),
        service,
      ),
  }
  const routes = routeRows(dump, wanted)
  const destinations = { clusters, tables: routes.tables }
  const chains = chainRows(dump, destinations)
  const leads = leadingTo(dump, destinations)
  return [
    ...(isGatewayOf(dump, service) ? describePod(dump).rows : []),
    ...chains.rows,
    ...policyRows(dump, chains.places),
    ...routes.rows,
    ...found.filter(serves).map((entry) => clusterRow(entry, indexOf(dump))),
    ...unusedRows(dump, isWanted),
  ]

  function isWanted(entry: Entry): boolean {
    if (entry.kind === 'clusters') return clusters.has(entry.name)
    if (entry.kind === 'routes') return isWantedTable(entry.resource, wanted)
    return filterChainsOf(entry.resource).some(({ filters }) => leads(filters))
  }
}

/** The clusters that stand for a service: by their names and metadata; where none does, those whose endpoints are all the service's. */
function clustersOf(dump: ConfigDump, service: DescribedService): readonly Entry[] {
  const clusters = inOrder(dump, 'clusters')
  const named = clusters.filter((entry) => isClusterOf(entry, service))
  const { addresses } = service
  if (named.length > 0 || addresses === undefined || addresses.size === 0) return named
  const index = indexOf(dump)
  return clusters.filter((entry) => {
    const hosts = serves(entry) ? (hostsOf(entry.resource, index, undefined)?.hosts ?? []) : []
    return hosts.length > 0 && hosts.every(({ label }) => addresses.has(label))
  })
}
