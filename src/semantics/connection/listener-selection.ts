import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { objectOf } from '../../envoy/json.ts'
import { hostPort, parseIp } from '../../envoy/model/ip.ts'
import { restoresDestination } from '../listener-filters/inspect.ts'
import { end } from '../outcome.ts'
import type { ConnectionEnds } from '../reasons/connection-ends.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { SocketAddress, TraceRequest } from '../request.ts'
import { absence } from './absence.ts'
import { serves } from './dump-index.ts'
import { boundListeners, type Listener, listenerAt, missingListeners, servingListeners } from './listeners.ts'

export interface SelectedListener {
  readonly listener: Listener
  /** The listener whose socket took the connection, when it handed the connection over. */
  readonly acceptedBy?: Listener | undefined
  readonly local: SocketAddress
  readonly restored: boolean
  readonly reason: string
  /** A rejected or warming listener that would have taken the connection in place of this one. */
  readonly missed?: Entry | undefined
}

/**
 * The listener that handles a connection from the network: the one whose socket takes it, or, when that one uses the original
 * destination (`use_original_dst`), the one bound to that destination.
 * @throws Ended when nothing listens there
 */
export function selectListener(dump: ConfigDump, request: TraceRequest): SelectedListener {
  const { destination, redirect } = request
  const listeners = servingListeners(dump)
  const accepting =
    redirect === undefined
      ? listenerAt(boundListeners(dump), destination.address, destination.port)
      : acceptingRedirect(boundListeners(dump), destination, redirect)
  if (accepting === undefined) return noListener(dump, request)

  const restored = redirect !== undefined && restoresDestination(accepting.resource)
  const local = redirect === undefined || restored ? destination : { ...redirectedAddress(destination), port: redirect }
  if (!restored || accepting.resource.use_original_dst !== true) {
    const where =
      redirect === undefined ? hostPort(destination.address, destination.port) : `redirected to port ${redirect}`
    return {
      listener: accepting,
      local,
      restored,
      missed: redirect === undefined ? missedListener(dump, accepting, destination) : undefined,
      reason: `listens where the connection goes: ${where}`,
    }
  }
  const target = listenerAt(listeners, destination.address, destination.port)
  if (target === undefined || target === accepting) {
    const reason = `no listener for ${hostPort(destination.address, destination.port)}, so the redirect's own listener keeps it`
    return { listener: accepting, local, restored, reason, missed: missedListener(dump, undefined, destination) }
  }
  const reason = `handed over by ${accepting.name} for the original destination ${hostPort(destination.address, destination.port)}`
  const missed = missedListener(dump, target, destination)
  return { listener: target, acceptedBy: accepting, local, restored, reason, missed }
}

/** What would serve the destination if Envoy had taken it. */
function missedListener(
  dump: ConfigDump,
  chosen: Listener | undefined,
  { address, port }: SocketAddress,
): Entry | undefined {
  const missing = missingListeners(dump)
  const first = listenerAt(chosen === undefined ? missing : [chosen, ...missing], address, port)
  return first === undefined || first === chosen ? undefined : first.entry
}

/** An internal listener by name. */
export function internalListener(dump: ConfigDump, name: string): Listener | undefined {
  return servingListeners(dump).find(({ internalName }) => internalName === name)
}

/** iptables REDIRECT leaves the host's own address: loopback in OUTPUT, the interface's in PREROUTING. */
function acceptingRedirect(bound: readonly Listener[], destination: SocketAddress, port: number): Listener | undefined {
  return (
    listenerAt(bound, redirectedAddress(destination).address, port) ??
    bound.find(({ addresses }) => addresses.some((own) => own.port === port))
  )
}

function redirectedAddress({ address }: SocketAddress): { address: string } {
  return { address: parseIp(address)?.family === 6 ? '::1' : '127.0.0.1' }
}

function noListener(dump: ConfigDump, { destination, redirect }: TraceRequest): never {
  const port = redirect ?? destination.port
  const address = redirect === undefined ? hostPort(destination.address, port) : `port ${port}`
  return end({
    kind: 'noListener',
    details: 'connection_refused',
    reason: whyNoListener(dump, destination, port, address),
  })
}

function whyNoListener(
  dump: ConfigDump,
  destination: SocketAddress,
  port: number,
  address: string,
): Reason<keyof ConnectionEnds> {
  const idle = dump.entries('listeners').find((entry) => {
    const own = objectOf(objectOf(entry.resource.address).socket_address)
    return !serves(entry) && own.port_value === port
  })
  if (idle !== undefined) return because('listener-not-serving', { address, listener: idle.name, ...absence(idle) })
  const unbound = servingListeners(dump).find(
    (listener) => !listener.binds && listenerAt([listener], destination.address, destination.port) !== undefined,
  )
  if (unbound !== undefined) return because('listener-not-bound', { address, listener: unbound.name })
  const warmingClusters = clustersAwaited(dump)
  if (warmingClusters > 0) return because('listeners-awaited', { address, warmingClusters })
  const ports = listeningPorts(dump)
  if (ports.length === 0) return because('listeners-without-address', { address })
  return because('listener-missing', { address, ports: ports.length > mostPorts ? [] : ports })
}

/** More ports than these say nothing about the one that was meant. */
const mostPorts = 8

/** Envoy asks for listeners when its first clusters have warmed: before, there are at most static ones. 0 once there are others. */
function clustersAwaited(dump: ConfigDump): number {
  if (dump.entries('listeners').some(({ state }) => state !== 'static')) return 0
  return dump.entries('clusters').filter(({ state }) => state === 'warming').length
}

/** The ports where something does listen. */
function listeningPorts(dump: ConfigDump): number[] {
  const ports = servingListeners(dump).flatMap(({ binds, addresses }) =>
    binds ? addresses.map(({ port }) => port) : [],
  )
  return [...new Set(ports)].sort((a, b) => a - b)
}
