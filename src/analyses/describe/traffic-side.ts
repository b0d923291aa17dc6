import type { ServiceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { workloadOf } from './workload.ts'

/** Whether a cluster is of a workload's own side: Istio names it `inbound|PORT||`. */
export function isInboundCluster(name: string): boolean {
  return /^inbound/.test(clusterName(name).direction ?? '')
}

/** Whether a proxy stands for itself: a gateway, or an Envoy that nothing marks as a workload's sidecar. */
export function isGateway(dump: ConfigDump): boolean {
  const { role } = workloadOf(dump)
  if (role !== '') return role === 'router'
  return !(
    dump.entries('listeners').some(({ resource }) => resource.traffic_direction === 'INBOUND') ||
    dump.entries('clusters').some((entry) => serves(entry) && isInboundCluster(entry.name))
  )
}

/** Whether a service is a gateway's own: Istio's and the Gateway API's gateways have the name of their workload. */
export function isGatewayOf(dump: ConfigDump, { name, namespace }: ServiceName): boolean {
  const workload = workloadOf(dump)
  const here = namespace === undefined || namespace === workload.namespace
  return workload.role === 'router' && workload.workload === name && here
}
