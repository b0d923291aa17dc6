import { isObject, type Json, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { addressOf, addressText } from '../../envoy/model/addresses.ts'
import type { DumpIndex } from '../connection/dump-index.ts'
import type { UnhealthyCause } from '../reasons/unhealthy-causes.ts'
import type { SocketAddress } from '../request.ts'
import { clusterStatus } from './cluster-status.ts'

export type Health = 'healthy' | 'degraded' | 'unhealthy'

/** One endpoint of a cluster. */
export interface Host {
  /** As Envoy prints it; an internal listener's name for an internal address. */
  readonly label: string
  readonly socket: SocketAddress | undefined
  /** The internal listener that it leads to. */
  readonly internalListener: string | undefined
  readonly hostname: string | undefined
  readonly health: Health
  /** What makes it unhealthy, as far as that is known; a dump without `/clusters` has nothing but the control plane's word. */
  readonly unhealthyCauses: readonly UnhealthyCause[]
  /** Left out when the share of healthy hosts is counted: draining, or not checked yet. */
  readonly excluded: boolean
  readonly weight: number
  readonly priority: number
  readonly locality: string
  readonly localityWeight: number | undefined
  readonly metadata: JsonObject
  readonly localityMetadata: JsonObject
}

export interface HostSet {
  readonly hosts: readonly Host[]
  /** Percent; 140 unless the assignment says otherwise. */
  readonly overprovisioning: number
  readonly weightedPriorityHealth: boolean
}

/**
 * The endpoints of a cluster as the dump knows them: the endpoints section (`?include_eds`), else `clusters?format=json`, else the
 * cluster's own assignment. Undefined when they come by EDS and neither was captured.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 */
export function hostsOf(
  cluster: JsonObject,
  index: DumpIndex,
  statuses: readonly JsonObject[] | undefined,
): HostSet | undefined {
  const name = stringOf(cluster.name) ?? ''
  const assigned = assignmentOf(cluster, index)
  const status = clusterStatus(statuses, name)
  if (assigned !== undefined) {
    const set = withStatus(fromAssignment(assigned), status, cluster)
    // Envoy's endpoints section leaves this out; of a static cluster its own assignment has it.
    const { weighted_priority_health: own } = objectOf(objectOf(cluster.load_assignment).policy)
    return { ...set, weightedPriorityHealth: set.weightedPriorityHealth || own === true }
  }
  if (status !== undefined) return plain(objectsOf(status.host_statuses).map(fromStatus))
  if (isObject(cluster.load_assignment)) return fromAssignment(cluster.load_assignment)
  const old = objectsOf(cluster.hosts)
  if (old.length > 0) return plain(old.map((address) => hostOf({ endpoint: { address } }, {})))
  return isEds(cluster) && !index.dump.has('endpoints') ? undefined : plain([])
}

/** The cluster's `ClusterLoadAssignment` in the endpoints section: what the control plane sent, and what Envoy made of its own. */
export function assignmentOf(cluster: JsonObject, index: DumpIndex): JsonObject | undefined {
  const name = stringOf(cluster.name) ?? ''
  return (index.serving('endpoints', assignmentName(cluster)) ?? index.serving('endpoints', name))?.resource
}

/** The name under which the control plane sends the cluster's endpoints. */
export function assignmentName(cluster: JsonObject): string {
  return stringOf(objectOf(cluster.eds_cluster_config).service_name) || (stringOf(cluster.name) ?? '')
}

/**
 * The endpoints section only knows healthy, degraded and unhealthy, and in a part of a dump only the control plane's word. What
 * `clusters?format=json` says of a host goes before it: failed checks, ejections, and which hosts are left out of the count, which a
 * cluster's own assignment tells as well.
 */
function withStatus(set: HostSet, status: JsonObject | undefined, cluster: JsonObject): HostSet {
  if (status === undefined) {
    const own = fromAssignment(objectOf(cluster.load_assignment)).hosts
    const excluded = new Set(own.filter((host) => host.excluded).map(({ label }) => label))
    return {
      ...set,
      hosts: set.hosts.map((host) => ({ ...host, excluded: host.excluded || excluded.has(host.label) })),
    }
  }
  const reported = new Map(
    objectsOf(status.host_statuses)
      .map(fromStatus)
      .map((host) => [placeOf(host), host]),
  )
  return {
    ...set,
    hosts: set.hosts.map((host) => {
      const { health, unhealthyCauses, excluded } = reported.get(placeOf(host)) ?? host
      return { ...host, health, unhealthyCauses, excluded }
    }),
  }
}

/** An address can stand in several localities and priorities. */
function placeOf({ label, locality, priority }: Host): string {
  return JSON.stringify([label, locality, priority])
}

function isEds(cluster: JsonObject): boolean {
  return cluster.type === 'EDS' || cluster.eds_cluster_config !== undefined
}

function plain(hosts: readonly Host[]): HostSet {
  return { hosts, overprovisioning: 140, weightedPriorityHealth: false }
}

function fromAssignment(assignment: JsonObject): HostSet {
  const policy = objectOf(assignment.policy)
  return {
    hosts: objectsOf(assignment.endpoints).flatMap((group) =>
      objectsOf(group.lb_endpoints).map((endpoint) => hostOf(endpoint, group)),
    ),
    overprovisioning: numberOf(policy.overprovisioning_factor) ?? 140,
    weightedPriorityHealth: policy.weighted_priority_health === true,
  }
}

function hostOf(lbEndpoint: JsonObject, group: JsonObject): Host {
  const endpoint = objectOf(lbEndpoint.endpoint)
  const address = addressFacts(endpoint.address)
  return {
    ...address,
    hostname: stringOf(endpoint.hostname) || undefined,
    health: healths.get(stringOf(lbEndpoint.health_status) ?? 'UNKNOWN') ?? 'healthy',
    unhealthyCauses: causesByEds(stringOf(lbEndpoint.health_status)).filter((cause) => cause !== 'eds-unhealthy'),
    excluded: lbEndpoint.health_status === 'DRAINING',
    weight: numberOf(lbEndpoint.load_balancing_weight) ?? 1,
    priority: numberOf(group.priority) ?? 0,
    locality: localityOf(objectOf(group.locality)),
    localityWeight: numberOf(group.load_balancing_weight),
    metadata: objectOf(objectOf(lbEndpoint.metadata).filter_metadata),
    localityMetadata: objectOf(objectOf(group.metadata).filter_metadata),
  }
}

function fromStatus(status: JsonObject): Host {
  const health = objectOf(status.health_status)
  const failed = [...failures].flatMap(([flag, cause]) => (health[flag] === true ? [cause] : []))
  const edsStatus = stringOf(health.eds_health_status)
  const eds = healths.get(edsStatus ?? 'UNKNOWN') ?? 'healthy'
  const degraded = health.failed_active_degraded_check === true
  return {
    ...addressFacts(status.address),
    hostname: stringOf(status.hostname) || undefined,
    excluded: health.eds_health_status === 'DRAINING' || exclusions.some((flag) => health[flag] === true),
    health: failed.length > 0 ? 'unhealthy' : degraded && eds === 'healthy' ? 'degraded' : eds,
    unhealthyCauses: [...failed, ...causesByEds(edsStatus)],
    weight: numberOf(status.weight) ?? 1,
    priority: numberOf(status.priority) ?? 0,
    locality: localityOf(objectOf(status.locality)),
    localityWeight: undefined,
    metadata: {},
    localityMetadata: {},
  }
}

function addressFacts(holder: Json | undefined): Pick<Host, 'label' | 'socket' | 'internalListener'> {
  const address = addressOf(holder)
  const { kind, host, port } = address
  return {
    label: addressText(address),
    socket: kind === 'socket' ? { address: host, port } : undefined,
    internalListener: kind === 'internal' ? host : undefined,
  }
}

/** `region/zone/sub_zone`, as far as it goes. */
export function localityOf({ region, zone, sub_zone: subZone }: JsonObject): string {
  return [region, zone, subZone]
    .map((part) => stringOf(part) ?? '')
    .join('/')
    .replace(/\/+$/, '')
}

const healths: ReadonlyMap<string, Health> = new Map(
  Object.entries<Health>({
    UNKNOWN: 'healthy',
    HEALTHY: 'healthy',
    DEGRADED: 'degraded',
    UNHEALTHY: 'unhealthy',
    DRAINING: 'unhealthy',
    TIMEOUT: 'unhealthy',
  }),
)

const exclusions = ['pending_active_hc', 'excluded_via_immediate_hc_fail']

/** Flags of `envoy.admin.v3.HostHealthStatus` with which a host is unhealthy, the most telling first. */
const failures: ReadonlyMap<string, UnhealthyCause> = new Map(
  Object.entries<UnhealthyCause>({
    failed_outlier_check: 'ejected',
    failed_active_health_check: 'check-failed',
    excluded_via_immediate_hc_fail: 'check-failed-at-once',
    pending_active_hc: 'check-pending',
  }),
)

const edsCauses: ReadonlyMap<string, UnhealthyCause> = new Map(
  Object.entries<UnhealthyCause>({ UNHEALTHY: 'eds-unhealthy', DRAINING: 'eds-draining', TIMEOUT: 'eds-timeout' }),
)

function causesByEds(status: string | undefined): readonly UnhealthyCause[] {
  const cause = edsCauses.get(status ?? '')
  return cause === undefined ? [] : [cause]
}
