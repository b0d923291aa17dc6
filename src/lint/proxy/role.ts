import { controlPlaneOf } from '../../envoy/control-plane/control-plane-of.ts'
import { evidenceOf } from '../../envoy/control-plane/evidence.ts'
import { controlPlanes } from '../../envoy/control-plane/index.ts'
import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { addressesOf } from '../../envoy/model/addresses.ts'
import { type Ip, isLoopback, parseIp } from '../../envoy/model/ip.ts'

/** Whether a proxy stands beside an application: its control plane says so, or it has inbound listeners. */
const isSidecar = memoizeByObject((dump: ConfigDump): boolean => {
  const role = controlPlaneOf(dump)?.role?.(evidenceOf(dump))
  if (role !== undefined) return role === 'sidecar'
  const { role: own } = objectOf(nodeOf(dump).metadata)
  if (own !== undefined) return own === 'sidecar'
  return dump.entries('listeners').some(({ resource }) => resource.traffic_direction === 'INBOUND')
})

/** Listeners for probes, metrics and the proxy's own administration, by name. */
const ownListeners: readonly RegExp[] = [
  /^(?:prometheus|envoy-stats)/,
  ...controlPlanes.flatMap((plane) => plane.ownListeners ?? []),
]

/** Ports that Istio serves health and metrics on. */
const ownPorts: ReadonlySet<number> = new Set([15020, 15021, 15090])

/** Whether clients from outside connect to a listener of the proxy. */
export function facesOutside(listener: JsonObject, dump: ConfigDump): boolean {
  const name = stringOf(listener.name) ?? ''
  if (isSidecar(dump) || ownListeners.some((own) => own.test(name))) return false
  return addressesOf(listener).some(({ kind, host, port }) => {
    const ip = kind === 'socket' ? parseIp(host) : undefined
    return ip !== undefined && !staysInside(ip) && !ownPorts.has(port)
  })
}

/** Whether an address is reached from the same host or pod only: all of 127.0.0.0/8, and ::1. */
export function staysInside(ip: Ip): boolean {
  return isLoopback(ip) || (ip.family === 4 && ip.bits >> 24n === 127n)
}
