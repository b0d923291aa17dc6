import { controlPlanes } from '../../envoy/control-plane/index.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isWildcard, parseIp } from '../../envoy/model/ip.ts'
import { capturePort } from '../../semantics/connection/capture-listener.ts'
import { boundListeners, listenersOn } from '../../semantics/connection/listeners.ts'
import { podAddress } from '../../semantics/connection/workload.ts'
import { proxyProtocolOf } from '../../semantics/listener-filters/inspect.ts'
import type { Destination } from '../../semantics/request.ts'
import type { RequestSpec } from './request-spec.ts'
import type { RequestTarget } from './request-target.ts'
import { servicePlace } from './service-place.ts'

/**
 * Behind a redirect the original destination decides: the service's address, or the workload's own.
 * @param unknown called with a host whose address the dump does not have
 */
export function capturedDestination(
  spec: RequestSpec,
  { host, port }: RequestTarget,
  dump: ConfigDump,
  notes: string[],
  unknown: (host: string) => void,
): Destination {
  if (spec.address !== undefined) return { address: spec.address, port }
  if (host !== undefined && parseIp(host) !== undefined) return { address: host, port }
  if (spec.inbound && capturePort(dump, 'inbound') !== undefined) return { address: podAddress(dump), port }
  if (host === undefined) return { port }
  // Names of the DNS have no case, and a dot at the end says no more than that they are whole.
  const name = host.toLowerCase().replace(/\.$/, '')
  if (name === 'localhost') return { address: '127.0.0.1', port }
  const place = servicePlace(dump, name, port)
  if (place === undefined) unknown(name)
  const { address, others = 0, assumed } = place ?? {}
  if (assumed) notes.push(`${name} is taken as ${address}, the only one of that name here; --address says another`)
  if (others > 0) notes.push(`${name} has ${others + 1} addresses; ${address} is the first, --address says another`)
  return place !== undefined && address === undefined ? { port, unlisted: true } : { address, port }
}

/** Ports that a gateway may listen on for a port of its Service, as control planes map them: the same first, then the lowest. */
export function listenerPorts(servicePort: number): readonly number[] {
  const mapped = controlPlanes.flatMap(({ listenerPort }) => listenerPort?.(servicePort) ?? [])
  return [...new Set([servicePort, ...mapped.toSorted((a, b) => a - b)])]
}

/**
 * Without a redirect the client connects to a listener's own port; a Service may map another port to it.
 * @returns one for each port that it can be
 */
export function directDestinations(
  spec: RequestSpec,
  target: RequestTarget,
  dump: ConfigDump,
  notes: string[],
): readonly Destination[] {
  const { port } = target
  if (spec.targetPort !== undefined) return [directDestination(spec, target, dump, spec.targetPort)]
  const bound = boundListeners(dump)
  const [own = port, ...mapped] = listenerPorts(port).filter((candidate) => listenersOn(bound, candidate).length > 0)
  const ports = own === port ? [own] : [own, ...mapped]
  if (own !== port) {
    const each = ports.length === 1 ? '' : ': each is traced, --target-port says which'
    notes.push(`nothing listens on port ${port}; taken as a Service port that leads to ${ports.join(' or ')}${each}`)
  }
  return ports.map((actual) => directDestination(spec, target, dump, actual))
}

function directDestination(spec: RequestSpec, { host }: RequestTarget, dump: ConfigDump, port: number): Destination {
  const bound = boundListeners(dump)
  const own = bound.flatMap(({ addresses }) => addresses).find((address) => address.port === port)
  // A PROXY header has the address that the client connects to; the connection itself comes to the listener's.
  const isProxied = listenersOn(bound, port).some(({ resource }) => proxyProtocolOf(resource) !== undefined)
  if (spec.address !== undefined && !isProxied) return { address: spec.address, port }
  // What a Service sends to a listener on every address arrives at the pod's.
  if (own !== undefined) return { address: isWildcard(own.ip) ? podAddressOf(own.ip.family, dump) : own.text, port }
  return { address: host === undefined || parseIp(host) === undefined ? undefined : host, port }
}

function podAddressOf(family: 4 | 6, dump: ConfigDump): string | undefined {
  const own = podAddress(dump)
  return own !== undefined && parseIp(own)?.family === family ? own : undefined
}
