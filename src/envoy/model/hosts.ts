import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../json.ts'
import { type Address, addressesOf, addressText } from './addresses.ts'
import { cidrContains, parseCidr, parseIp } from './ip.ts'

/** An upstream host, from `/clusters` or from a load assignment. */
export interface Host {
  readonly addresses: readonly Address[]
  /** `HEALTHY`, `UNKNOWN`, …: the control plane's word, then every failed check Envoy knows of. */
  readonly health: readonly string[]
  readonly ejected: boolean
  readonly weight: number | undefined
  /** Of its locality; what Envoy says of the hosts of a cluster has none. */
  readonly localityWeight: number | undefined
  readonly priority: number
  /** `region/zone/subzone`, as far as it is known. */
  readonly locality: string
  readonly hostname: string
  /** The object it was read from. */
  readonly source: JsonObject
}

/** Flags of `envoy.admin.v3.HostHealthStatus` that `eds_health_status` does not tell. */
const healthFlags = [
  'failed_active_health_check',
  'failed_active_degraded_check',
  'pending_dynamic_removal',
  'pending_active_hc',
  'excluded_via_immediate_hc_fail',
  'active_hc_timeout',
] as const

/** The hosts of one `envoy.admin.v3.ClusterStatus`. */
export function hostsOfStatus(status: JsonObject): Host[] {
  return objectsOf(status.host_statuses).map((host) => {
    const health = objectOf(host.health_status)
    const flags = healthFlags.filter((flag) => health[flag] === true).map((flag) => flag.toUpperCase())
    return {
      addresses: addressesOf(host),
      health: [stringOf(health.eds_health_status) ?? 'UNKNOWN', ...flags],
      ejected: health.failed_outlier_check === true,
      weight: numberOf(host.weight),
      localityWeight: undefined,
      priority: numberOf(host.priority) ?? 0,
      locality: localityText(objectOf(host.locality)),
      hostname: stringOf(host.hostname) ?? '',
      source: host,
    }
  })
}

/** The hosts of one `envoy.config.endpoint.v3.ClusterLoadAssignment`. */
export function hostsOfAssignment(assignment: JsonObject): Host[] {
  return objectsOf(assignment.endpoints).flatMap((group) =>
    objectsOf(group.lb_endpoints).map((host) => {
      const endpoint = objectOf(host.endpoint)
      return {
        addresses: addressesOf(endpoint),
        health: [stringOf(host.health_status) ?? 'UNKNOWN'],
        ejected: false,
        weight: numberOf(host.load_balancing_weight),
        localityWeight: numberOf(group.load_balancing_weight),
        priority: numberOf(group.priority) ?? 0,
        locality: localityText(objectOf(group.locality)),
        hostname: stringOf(endpoint.hostname) ?? '',
        source: host,
      }
    }),
  )
}

export function hostAddressText({ addresses }: Host): string {
  return addresses.map(addressText).join(',')
}

/** Whether `wanted` names this host: its address with its port or without, IPv6 in any spelling, or a range such as `10.1.0.0/16`. */
export function hostHasAddress({ addresses }: Host, wanted: string): boolean {
  const text = wanted.toLowerCase()
  const [, prefix = '', length = 128] = /^\[?([\d.a-f:]+)\]?(?:\/(\d+))?$/.exec(text) ?? []
  const range = parseCidr({ address_prefix: prefix, prefix_len: Number(length) })
  return addresses.some((address) => {
    if (address.host.toLowerCase() === text || addressText(address).toLowerCase() === text) return true
    const ip = range && parseIp(address.host)
    return range !== undefined && ip !== undefined && cidrContains(range, ip)
  })
}

/** The zone stands even where the region is empty: `/zone`. */
function localityText(locality: JsonObject): string {
  const [region, zone, subZone] = ['region', 'zone', 'sub_zone'].map((part) => stringOf(locality[part]) ?? '')
  if (!zone) return region ?? ''
  return [region, zone, subZone].join('/').replace(/\/$/, '')
}
