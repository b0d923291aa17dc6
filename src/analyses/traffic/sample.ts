import { isObject, type Json, type JsonObject, stringOf } from '../../envoy/json.ts'
import { type Host, hostAddressText, hostsOfStatus } from '../../envoy/model/hosts.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { hostCounts } from '../../envoy/proto-json/host-counts.ts'
import { statNumbers } from '../../envoy/proto-json/stats-reply.ts'

/** What a proxy had counted at one moment. */
export interface TrafficSample {
  /** Each `envoy.admin.v3.ClusterStatus`; undefined where `/clusters` is not known. */
  readonly statuses: readonly JsonObject[] | undefined
  /** Hosts of each cluster, by its name. */
  readonly hosts: ReadonlyMap<string, readonly CountedHost[]>
  /** Counters by name, without those at 0; undefined where `/stats` is not known. */
  readonly stats: ReadonlyMap<string, number> | undefined
}

/** A host of a cluster, with its counters and gauges by their names in `envoy.admin.v3.HostStatus`. */
export interface CountedHost {
  readonly host: Host
  /** Tells it from the other hosts of its cluster. */
  readonly key: string
  readonly counts: ReadonlyMap<string, number>
}

/**
 * @param clusters a parsed reply of `/clusters?format=json`; anything else counts as absent
 * @param stats a parsed reply of `/stats?format=json`
 */
export function trafficSample(clusters: Json | undefined, stats: Json | undefined): TrafficSample {
  const statuses = isClusters(clusters) ? clusterStatusesOf(clusters) : undefined
  return {
    statuses,
    hosts: new Map((statuses ?? []).map((status) => [stringOf(status.name) ?? '', hostsOfStatus(status).map(counted)])),
    stats: statNumbers(stats),
  }
}

/** Priorities of a cluster may share an address. */
export function hostKey(host: Host): string {
  return `${host.priority} ${hostAddressText(host)}`
}

function counted(host: Host): CountedHost {
  return { host, key: hostKey(host), counts: hostCounts(host.source) }
}

/** An Envoy without clusters answers with an empty object. */
function isClusters(document: Json | undefined): boolean {
  return (
    isObject(document) &&
    (Array.isArray(document.cluster_statuses ?? document.clusterStatuses) || Object.keys(document).length === 0)
  )
}
