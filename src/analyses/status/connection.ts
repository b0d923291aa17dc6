import { bootstrapOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { addressOf, addressText } from '../../envoy/model/addresses.ts'
import { configSourcesOf } from '../../envoy/model/config-sources.ts'
import type { XdsStats } from '../../envoy/model/update-stats.ts'
import { clusterStatusesOf } from '../../envoy/proto-json/admin-reply.ts'
import { hostCounts } from '../../envoy/proto-json/host-counts.ts'
import { countText } from '../../envoy/text/count-text.ts'
import { clusterStatus } from '../../semantics/clusters/cluster-status.ts'

/** Whether a proxy has a stream to its control plane. */
export interface Connection {
  /** Undefined: nothing that was read tells. */
  readonly open: boolean | undefined
  /** What is known of why it is not open. */
  readonly reason: string | undefined
}

/**
 * Whether the stream to the control plane is open: by the statistics of streams, else (Istio's statsMatcher drops these) by the
 * connections that the control plane's cluster has. An Envoy that asks nobody over gRPC has no stream to lose.
 * @param clusters parsed `/clusters?format=json`, if there is one
 */
export function connectionOf(dump: ConfigDump, stats: XdsStats | undefined, clusters: unknown): Connection {
  const sources = configSourcesOf(bootstrapOf(dump))
  const statuses = clusterStatusesOf(clusters)
  const known = sources.clusters.flatMap((name) => statuses.filter((status) => status.name === name))
  const open = stats?.anyConnected === true && isIdle(known) ? false : (stats?.anyConnected ?? openConnections(known))
  if (open !== false) return { open, reason: undefined }
  const reasons = sources.clusters.map((name) => reasonOf(name, dump, statuses))
  return { open, reason: reasons.find((reason) => reason !== undefined) }
}

/** Whether an Envoy asks a control plane over gRPC at all; files and REST have no stream. */
export function hasStream(dump: ConfigDump): boolean {
  const { clusters, targets } = configSourcesOf(bootstrapOf(dump))
  return clusters.length + targets.length > 0
}

/**
 * No stream is under way, though the statistics count one: Envoy counts it as connected as soon as it is wanted, also while the connection
 * for it is tried in vain. A stream of xDS is a request that is active for as long as it is open.
 */
function isIdle(known: readonly JsonObject[]): boolean {
  const hosts = known.flatMap((status) => objectsOf(status.host_statuses))
  return hosts.length > 0 && hosts.every((host) => hostCounts(host).get('rq_active') === 0)
}

function openConnections(known: readonly JsonObject[]): boolean | undefined {
  if (known.length === 0) return undefined
  return known.some((status) => objectsOf(status.host_statuses).some((host) => statOf(host, 'cx_active') > 0))
}

/** `xds_cluster has no endpoint: contour.example.com does not resolve` */
function reasonOf(name: string, dump: ConfigDump, statuses: readonly JsonObject[]): string | undefined {
  const cluster = objectOf(dump.named('clusters', name)[0]?.resource)
  const status = clusterStatus(statuses, name)
  if (status === undefined) {
    return dump.has('clusters') && cluster.name === undefined ? `the bootstrap has no cluster ${name}` : undefined
  }
  const hosts = objectsOf(status.host_statuses)
  if (hosts.length === 0) return `${name} has no endpoint${unresolved(cluster)}`
  const ended = endedStreams(dump, hosts)
  if (ended !== undefined) return ended
  const failures = hosts
    .filter((host) => statOf(host, 'cx_connect_fail') > 0)
    .map((host) => {
      const address = addressText(addressOf(host.address))
      return `${address} (${statOf(host, 'cx_connect_fail')} of ${statOf(host, 'cx_total')})`
    })
  if (failures.length > 0) return `connections of ${name} fail: ${failures.join(', ')}`
  const tried = hosts
    .filter((host) => statOf(host, 'cx_active') > 0 && !(isAds(dump) && statOf(host, 'rq_total') >= madeOf(host)))
    .map((host) => addressText(addressOf(host.address)))
  return tried.length === 0 ? undefined : `a connection of ${name} is tried and not made yet: ${tried.join(', ')}`
}

/**
 * A control plane that refuses a proxy may do so by ending each of its streams, without a word in the counters of connections. With ADS
 * there is one stream at a time: where more were opened than connections made, they ended before their connections did.
 */
function endedStreams(dump: ConfigDump, hosts: readonly JsonObject[]): string | undefined {
  if (!isAds(dump)) return undefined
  const host = hosts.find((each) => statOf(each, 'cx_active') > 0 && statOf(each, 'rq_total') > madeOf(each) + 1)
  if (host === undefined) return undefined
  const [streams, connections] = [statOf(host, 'rq_total'), countText(madeOf(host), 'connection')]
  return `${streams} streams were opened on ${connections} to ${addressText(addressOf(host.address))}, and none is open: the control plane ends them; its log may say why`
}

function isAds(dump: ConfigDump): boolean {
  return objectOf(bootstrapOf(dump).dynamic_resources).ads_config !== undefined
}

/** Connections that did not fail; one that is still tried counts. */
function madeOf(host: JsonObject): number {
  return statOf(host, 'cx_total') - statOf(host, 'cx_connect_fail')
}

function unresolved(cluster: JsonObject): string {
  const type = stringOf(cluster.type) ?? ''
  const hosts = objectsOf(objectOf(cluster.load_assignment).endpoints).flatMap(({ lb_endpoints }) =>
    objectsOf(lb_endpoints).map((host) => objectOf(objectOf(objectOf(host.endpoint).address).socket_address)),
  )
  const names = hosts.flatMap(({ address }) => stringOf(address) ?? [])
  if (!type.endsWith('_DNS') || names.length === 0) return ''
  return names.length === 1
    ? `: its name ${names[0]} does not resolve`
    : `: its names ${names.join(', ')} do not resolve`
}

function statOf(host: JsonObject, name: string): number {
  return hostCounts(host).get(name) ?? 0
}
