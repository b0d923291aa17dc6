import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { addressesOf } from '../../envoy/model/addresses.ts'
import { type Ip, isLoopback, parseIp } from '../../envoy/model/ip.ts'

/** What a proxy is for: it stands at the edge, beside an application, or that is not known. */
export type Role = 'gateway' | 'sidecar' | 'unknown'

/**
 * The role, from the node: Istio's id begins with it, Kuma and Consul say it in the metadata, Envoy Gateway, Contour and Gloo run
 * gateways only. A proxy with inbound and outbound listeners is a sidecar.
 */
const roleOf = memoizeByObject((dump: ConfigDump): Role => {
  const node = nodeOf(dump)
  const id = stringOf(node.id) ?? ''
  if (id.startsWith('router~')) return 'gateway'
  if (/^(?:sidecar|waypoint|ztunnel)~/.test(id)) return 'sidecar'
  const metadata = objectOf(node.metadata)
  const kuma = stringOf(metadata['dataplane.proxyType'])
  if (kuma !== undefined) return kuma === 'dataplane' ? 'sidecar' : 'gateway'
  if (metadata.role !== undefined && metadata.role !== 'sidecar') return 'gateway'
  const directions = new Set(dump.entries('listeners').map(({ resource }) => stringOf(resource.traffic_direction)))
  if (directions.has('INBOUND')) return 'sidecar'
  return 'unknown'
})

/** Listeners of control planes for probes, metrics and their own administration, by name. */
const ownListeners =
  /^(?:envoy-gateway-proxy-(?:ready|stats)|envoy-admin|stats-health|envoy-stats|read_config|prometheus|probe:|_kuma)/

/** Ports that Istio serves health and metrics on. */
const ownPorts: ReadonlySet<number> = new Set([15020, 15021, 15090])

/** Whether clients from outside connect to a listener of the proxy. */
export function facesOutside(listener: JsonObject, dump: ConfigDump): boolean {
  if (roleOf(dump) === 'sidecar' || ownListeners.test(stringOf(listener.name) ?? '')) return false
  return addressesOf(listener).some(({ kind, host, port }) => {
    const ip = kind === 'socket' ? parseIp(host) : undefined
    return ip !== undefined && !staysInside(ip) && !ownPorts.has(port)
  })
}

/** Whether an address is reached from the same host or pod only: all of 127.0.0.0/8, and ::1. */
export function staysInside(ip: Ip): boolean {
  return isLoopback(ip) || (ip.family === 4 && ip.bits >> 24n === 127n)
}
