import { isObject, type Json, type JsonObject, numberOf, objectOf, stringOf } from '../envoy/json.ts'
import { type Host, hostsOf, localityOf } from '../semantics/clusters/hosts.ts'
import { localityConfigOf, pickingPolicy } from '../semantics/clusters/lb-policy.ts'
import { panicThresholdOf } from '../semantics/clusters/load-balancing.ts'
import type { ZoneRouting } from '../semantics/clusters/zone-shares.ts'
import type { EndpointChoices } from '../semantics/reasons/choice-reasons.ts'
import { because, type Reason } from '../semantics/reasons/reason.ts'
import type { TraceState } from './trace-state.ts'

/**
 * Zone-aware routing of a cluster, as far as the dump tells: it needs the cluster that the bootstrap calls the local one, the
 * locality of the node, a policy that has it, and enough endpoints in several zones. Undefined when it is off, the reason when it is
 * on and cannot be reckoned.
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware
 */
export function zoneRoutingOf(
  { index, statuses }: TraceState,
  cluster: JsonObject,
  hosts: readonly Host[],
): ZoneRouting | Reason<keyof EndpointChoices> | undefined {
  const name = stringOf(objectOf(index.bootstrap.cluster_manager).local_cluster_name) ?? ''
  const own = index.serving('clusters', name)?.resource
  if (name === '' || name === cluster.name || own === undefined || !policies.has(pickingPolicy(cluster).name))
    return undefined
  const common = localityConfigOf(cluster)
  if (isObject(common.locality_weighted_lb_config)) return undefined
  const config = objectOf(common.zone_aware_lb_config)
  const { runtime } = index
  const smallest = runtime.value('upstream.zone_routing.min_cluster_size') ?? config.min_cluster_size
  const first = hosts.filter(({ priority }) => priority === 0)
  if (new Set(first.map(({ locality }) => locality)).size < 2) return undefined
  if (first.filter(({ health }) => health === 'healthy').length < (numberOf(smallest) ?? 6)) return undefined
  const local = hostsOf(own, index, statuses)
  if (local === undefined) return because('zone-routing-without-local-endpoints', { localCluster: name })
  if (stringOf(config.locality_basis)?.startsWith('ORCA')) return because('zone-routing-by-load-reports', {})
  const force = objectOf(config.force_local_zone)
  return {
    locality: localityOf(objectOf(objectOf(index.bootstrap.node).locality)),
    local: { ...local, hosts: local.hosts.filter(({ priority }) => priority === 0) },
    enabled: (numberOf(runtime.value('upstream.zone_routing.enabled')) ?? percentOf(config.routing_enabled)) / 100,
    forcedFrom: isObject(config.force_local_zone) ? (numberOf(force.min_size) ?? 1) : undefined,
    byWeight: config.locality_basis === 'HEALTHY_HOSTS_WEIGHT',
    equalZones: index.version < zonesMayDiffer,
    panicThreshold: panicThresholdOf(cluster, runtime),
  }
}

/** From 1.28 on the two clusters need not have the same zones. */
const zonesMayDiffer = 1028

const policies = new Set(['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM'])

function percentOf(percent: Json | undefined): number {
  return isObject(percent) ? (numberOf(percent.value) ?? 0) : 100
}
