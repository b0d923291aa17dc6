import type { ServiceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { chainRows } from './chain-rows.ts'
import { clusterRow } from './cluster-row.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'
import { mutualTls } from './mutual-tls.ts'
import { policyRows } from './policy-rows.ts'
import { routeRows } from './route-rows.ts'
import { isGateway, isInboundCluster } from './traffic-side.ts'
import { unusedRows } from './unused-rows.ts'
import { workloadOf } from './workload.ts'

export interface DescribedPod {
  readonly rows: readonly DescriptionRow[]
  /** The services that the proxy says it serves. */
  readonly services: readonly ServiceName[]
}

/**
 * How traffic comes into a pod, from its proxy's own dump: who it is, mutual TLS by port, inbound chains, the policies in them, inbound
 * routes and clusters. Of a gateway, which has no inbound side, every chain and route. And whatever Envoy rejected or still warms.
 */
export function describePod(dump: ConfigDump): DescribedPod {
  const workload = workloadOf(dump)
  const gateway = isGateway(dump)
  const clusters = inOrder(dump, 'clusters').filter(serves)
  const inbound = gateway ? [] : clusters.filter(({ name }) => isInboundCluster(name))
  const names = new Set((gateway ? clusters : inbound).map(({ name }) => name))
  const routes = routeRows(dump, { clusters: names, domains: () => gateway })
  // Meshes that do not name inbound clusters mark inbound listeners.
  const chains = chainRows(dump, { clusters: names, tables: routes.tables, inbound: inbound.length === 0 })
  return {
    rows: [
      workload.row,
      ...mutualTls(dump, workload.role === 'sidecar'),
      ...chains.rows,
      ...policyRows(dump, chains.places),
      ...routes.rows,
      ...inbound.map((entry) => clusterRow(entry, indexOf(dump))),
      ...unusedRows(dump),
    ],
    services: servicesOf(inbound),
  }
}

/** Istio names the services behind an inbound cluster in its metadata. */
function servicesOf(inbound: readonly Entry[]): ServiceName[] {
  const found = new Map<string, ServiceName>()
  for (const { resource } of inbound) {
    for (const own of objectsOf(objectOf(objectOf(objectOf(resource.metadata).filter_metadata).istio).services)) {
      const service = { name: stringOf(own.name) ?? '', namespace: stringOf(own.namespace) }
      found.set(`${service.name}.${service.namespace}`, service)
    }
  }
  return [...found.values()]
}
