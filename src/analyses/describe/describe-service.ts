import { areHostsOf, isClusterOf, type ServiceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { filterChainsOf } from '../../envoy/model/filter-chains.ts'
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

/**
 * Everything in a proxy that is related to a service: chains, policies in them, routes, clusters, used or not. Of a gateway's own service,
 * all that the gateway does. Empty when the proxy knows nothing of it.
 */
export function describeService(dump: ConfigDump, service: ServiceName): DescriptionRow[] {
  const found = inOrder(dump, 'clusters').filter((entry) => isClusterOf(entry, service))
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
