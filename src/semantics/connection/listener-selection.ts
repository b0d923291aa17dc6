import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { parseIp, partialHostPort } from '../../envoy/model/ip.ts'
import { restoresDestination } from '../listener-filters/inspect.ts'
import { endWith, RequestEnd, undecidableOutcome } from '../outcome.ts'
import type { ListenerChoices } from '../reasons/choice-reasons.ts'
import type { ConnectionEnds } from '../reasons/connection-ends.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { Destination, TraceRequest } from '../request.ts'
import {
  boundListeners,
  idleListeners,
  type Listener,
  listenerAt,
  listenersOn,
  missingListeners,
  servingListeners,
  takesAnyAddress,
} from './listeners.ts'
import { whyNotServing } from './why-not-serving.ts'

export interface SelectedListener {
  readonly listener: Listener
  /** The listener whose socket took the connection, when it handed the connection over. */
  readonly acceptedBy?: Listener | undefined
  readonly local: Destination
  readonly restored: boolean
  readonly reason: Reason<keyof ListenerChoices>
  /** A rejected or warming listener that would have taken the connection in place of this one. */
  readonly missed?: Entry | undefined
}

/**
 * The listener that handles a connection from the network: the one whose socket takes it, or, when that one uses the original
 * destination (`use_original_dst`), the one bound to that destination.
 * @returns the end when nothing listens there, or when it depends on an address that is not known
 */
export function selectListener(dump: ConfigDump, request: TraceRequest): SelectedListener | RequestEnd {
  const { destination, redirect, exemption } = request
  if (exemption?.leaves === true) return noListener(dump, request)
  const listeners = servingListeners(dump)
  const accepting =
    redirect === undefined
      ? listenerTo(boundListeners(dump), destination)
      : acceptingRedirect(boundListeners(dump), destination, redirect)
  if (accepting instanceof RequestEnd) return accepting
  if (accepting === undefined) return noListener(dump, request)

  const restored = redirect !== undefined && restoresDestination(accepting.resource)
  const local = redirect === undefined || restored ? destination : { ...redirectedAddress(destination), port: redirect }
  if (!restored || accepting.resource.use_original_dst !== true) {
    const reason =
      redirect === undefined
        ? because('listener-bound', { address: partialHostPort(destination.address, destination.port) })
        : because('listener-of-redirect', { port: redirect })
    return {
      listener: accepting,
      local,
      restored,
      missed: redirect === undefined ? missedListener(dump, accepting, destination) : undefined,
      reason,
    }
  }
  const address = partialHostPort(destination.address, destination.port)
  const target = listenerTo(listeners, destination, accepting)
  if (target instanceof RequestEnd) return target
  if (target === undefined || target === accepting) {
    const reason = because('listener-keeps-redirected', { address })
    return { listener: accepting, local, restored, reason, missed: missedListener(dump, undefined, destination) }
  }
  const reason = because('listener-handed-over', { from: accepting.name, address })
  const missed = missedListener(dump, target, destination)
  return { listener: target, acceptedBy: accepting, local, restored, reason, missed }
}

/**
 * The listener of a destination. Of one whose address is not known it is the only one of the port that takes any address.
 * @param otherwise the listener that gets the connection when none matches
 * @returns the end when another address would mean another listener
 */
function listenerTo(
  candidates: readonly Listener[],
  { address, port, unlisted }: Destination,
  otherwise?: Listener,
): Listener | RequestEnd | undefined {
  if (address !== undefined) return listenerAt(candidates, address, port)
  const possible = listenersOn(candidates, port).filter(
    (listener) => listener !== otherwise && (unlisted !== true || takesAnyAddress(listener, port)),
  )
  const [only, ...others] = possible
  const isTaken = possible.some((listener) => takesAnyAddress(listener, port))
  if (only === undefined || (others.length === 0 && isTaken)) return only
  const names = [...possible, ...(otherwise === undefined || isTaken ? [] : [otherwise])].map(({ name }) => name)
  const reason = because('listener-depends-on-unknown', { port, listeners: names, unknown: ['address'] })
  return endWith(undecidableOutcome('address_unknown', reason))
}

/** What would serve the destination if Envoy had taken it. */
function missedListener(
  dump: ConfigDump,
  chosen: Listener | undefined,
  { address, port }: Destination,
): Entry | undefined {
  const missing = missingListeners(dump)
  if (address === undefined) return listenersOn(missing, port)[0]?.entry
  const first = listenerAt(chosen === undefined ? missing : [chosen, ...missing], address, port)
  return first === undefined || first === chosen ? undefined : first.entry
}

/** An internal listener by name. */
export function internalListener(dump: ConfigDump, name: string): Listener | undefined {
  return servingListeners(dump).find(({ internalName }) => internalName === name)
}

/** iptables REDIRECT leaves the host's own address: loopback in OUTPUT, the interface's in PREROUTING. */
function acceptingRedirect(bound: readonly Listener[], destination: Destination, port: number): Listener | undefined {
  return (
    listenerAt(bound, redirectedAddress(destination).address, port) ??
    bound.find(({ addresses }) => addresses.some((own) => own.port === port))
  )
}

function redirectedAddress({ address }: Destination): { address: string } {
  return { address: address !== undefined && parseIp(address)?.family === 6 ? '::1' : '127.0.0.1' }
}

function noListener(dump: ConfigDump, { destination, redirect, exemption }: TraceRequest): RequestEnd {
  if (exemption !== undefined) {
    const { rule, annotation } = exemption
    const reason = because('connection-not-redirected', {
      port: destination.port,
      rule,
      ...(annotation === undefined ? {} : { annotation }),
    })
    return endWith({ kind: 'noListener', details: 'connection_not_redirected', reason })
  }
  const port = redirect ?? destination.port
  const address = redirect === undefined ? partialHostPort(destination.address, port) : `port ${port}`
  return endWith({
    kind: 'noListener',
    details: 'connection_refused',
    reason: whyNoListener(dump, destination, port, address),
  })
}

function whyNoListener(
  dump: ConfigDump,
  destination: Destination,
  port: number,
  address: string,
): Reason<keyof ConnectionEnds> {
  const [idle] = listenersOn(idleListeners(dump), port)
  if (idle !== undefined)
    return because('listener-not-serving', { address, listener: idle.name, ...whyNotServing(idle.entry) })
  const unbound = servingListeners(dump).find((listener) => !listener.binds && couldTake(listener, destination))
  if (unbound !== undefined) return because('listener-not-bound', { address, listener: unbound.name })
  const warmingClusters = clustersAwaited(dump)
  if (warmingClusters > 0) return because('listeners-awaited', { address, warmingClusters })
  const ports = listeningPorts(dump)
  if (ports.length === 0) return because('listeners-without-address', { address })
  return because('listener-missing', { address, ports: ports.length > maxPorts ? [] : ports })
}

function couldTake(listener: Listener, { address, port }: Destination): boolean {
  const found = address === undefined ? listenersOn([listener], port)[0] : listenerAt([listener], address, port)
  return found !== undefined
}

/** More ports than these say nothing about the one that was meant. */
const maxPorts = 8

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
