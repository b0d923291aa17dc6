import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { ServiceName } from '../../envoy/model/service-name.ts'
import { indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { chainConcerns } from './chain-concerns.ts'
import { clusterConcern } from './cluster-concern.ts'
import type { Concern } from './concern.ts'
import { inOrder } from './in-order.ts'
import { mutualTls } from './mutual-tls.ts'
import { policyConcerns } from './policy-concerns.ts'
import { routeConcerns } from './route-concerns.ts'
import { isGateway, isInboundCluster } from './traffic-side.ts'
import { unusedConcerns } from './unused-concerns.ts'
import { workloadOf } from './workload.ts'

export interface DescribedPod {
  readonly concerns: readonly Concern[]
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
  const routes = routeConcerns(dump, { clusters: names, domains: () => gateway })
  // Meshes that do not name inbound clusters mark inbound listeners.
  const chains = chainConcerns(dump, { clusters: names, tables: routes.tables, inbound: inbound.length === 0 })
  return {
    concerns: [
      workload.concern,
      ...mutualTls(dump, workload.role === 'sidecar'),
      ...chains.concerns,
      ...policyConcerns(dump, chains.places),
      ...routes.concerns,
      ...inbound.map((entry) => clusterConcern(entry, indexOf(dump))),
      ...unusedConcerns(dump),
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
