import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { filterChainsOf } from '../../envoy/model/filter-chains.ts'
import { areHostsOf, isClusterOf, type ServiceName } from '../../envoy/model/service-name.ts'
import { indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { chainConcerns } from './chain-concerns.ts'
import { leadingTo } from './chain-destinations.ts'
import { clusterConcern } from './cluster-concern.ts'
import type { Concern } from './concern.ts'
import { describePod } from './describe-pod.ts'
import { inOrder } from './in-order.ts'
import { policyConcerns } from './policy-concerns.ts'
import { isWantedTable, routeConcerns, type WantedRoutes } from './route-concerns.ts'
import { isGatewayOf } from './traffic-side.ts'
import { unusedConcerns } from './unused-concerns.ts'

/**
 * Everything in a proxy that concerns a service: chains, policies in them, routes, clusters, used or not. Of a gateway's own service,
 * all that the gateway does. Empty when the proxy knows nothing of it.
 */
export function describeService(dump: ConfigDump, service: ServiceName): Concern[] {
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
  const routes = routeConcerns(dump, wanted)
  const destinations = { clusters, tables: routes.tables }
  const chains = chainConcerns(dump, destinations)
  const leads = leadingTo(dump, destinations)
  return [
    ...(isGatewayOf(dump, service) ? describePod(dump).concerns : []),
    ...chains.concerns,
    ...policyConcerns(dump, chains.places),
    ...routes.concerns,
    ...found.filter(serves).map((entry) => clusterConcern(entry, indexOf(dump))),
    ...unusedConcerns(dump, isWanted),
  ]

  function isWanted(entry: Entry): boolean {
    if (entry.kind === 'clusters') return clusters.has(entry.name)
    if (entry.kind === 'routes') return isWantedTable(entry.resource, wanted)
    return filterChainsOf(entry.resource).some(({ filters }) => leads(filters))
  }
}
