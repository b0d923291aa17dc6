import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { hostPort, type Ip, isWildcard, parseIp } from '../../envoy/model/ip.ts'
import { serves } from './dump-index.ts'

/** A listener that serves, with the addresses it answers to. */
export interface Listener {
  readonly entry: Entry
  readonly resource: JsonObject
  /** Its name; unnamed ones (static, usually) go by their address. */
  readonly name: string
  readonly addresses: readonly ListenerAddress[]
  /** What an internal address calls it; before Envoy 1.24 the name stood in the listener's address. */
  readonly internalName: string
  /** Whether it has sockets of its own. Without, it only gets connections handed over. */
  readonly binds: boolean
}

interface ListenerAddress {
  readonly ip: Ip
  readonly text: string
  readonly port: number
  readonly ipv4Compat: boolean
}

export const servingListeners = memoizeByObject((dump: ConfigDump): readonly Listener[] =>
  dump.entries('listeners').filter(serves).map(listenerOf),
)

/** Those that Envoy rejected or that still warm, as long as no version of them serves. */
export const missingListeners = memoizeByObject((dump: ConfigDump): readonly Listener[] => {
  const entries = dump.entries('listeners')
  const serving = new Set(entries.filter(serves).map(({ name }) => name))
  const isMissing = ({ state, isDuplicate, name }: Entry): boolean =>
    (state === 'error' || state === 'warming') && !isDuplicate && !serving.has(name)
  return entries.filter(isMissing).map(listenerOf)
})

/** Every version that does not serve, whether or not another one does. */
export const idleListeners = memoizeByObject((dump: ConfigDump): readonly Listener[] =>
  dump
    .entries('listeners')
    .filter((entry) => !serves(entry) && !entry.isDuplicate)
    .map(listenerOf),
)

/** Those with sockets of their own. */
export const boundListeners = memoizeByObject((dump: ConfigDump): readonly Listener[] =>
  servingListeners(dump).filter(({ binds }) => binds),
)

/**
 * The listener of an address: exact `ip:port` first, then the wildcard of the same family; `[::]` counts for IPv4 only with
 * ipv4_compat. (ConnectionHandlerImpl::getBalancedHandlerByAddress; the kernel picks sockets the same way.)
 */
export function listenerAt(candidates: readonly Listener[], address: string, port: number): Listener | undefined {
  const ip = parseIp(address)
  if (ip === undefined) return undefined
  let wildcard: Listener | undefined
  let compatible: Listener | undefined
  for (const listener of byPort(candidates).get(port) ?? []) {
    for (const own of listener.addresses) {
      if (own.port !== port) continue
      if (own.ip.family === ip.family && own.ip.bits === ip.bits) return listener
      if (!isWildcard(own.ip)) continue
      if (own.ip.family === ip.family) wildcard ??= listener
      else if (own.ip.family === 6 && own.ipv4Compat) compatible ??= listener
    }
  }
  return wildcard ?? compatible
}

/** Every listener with an address on the port. */
export function listenersOn(candidates: readonly Listener[], port: number): readonly Listener[] {
  return byPort(candidates).get(port) ?? []
}

/** Whether the listener takes connections to this port whatever their address. */
export function takesAnyAddress({ addresses }: Listener, port: number): boolean {
  return addresses.some((own) => own.port === port && isWildcard(own.ip))
}

/** In their order: a mesh with thousands of services has as many listeners, on few ports. */
const byPort = memoizeByObject((listeners: readonly Listener[]): ReadonlyMap<number, readonly Listener[]> => {
  const index = new Map<number, Listener[]>()
  for (const listener of listeners) {
    for (const port of new Set(listener.addresses.map((own) => own.port))) {
      const same = index.get(port)
      if (same === undefined) index.set(port, [listener])
      else same.push(listener)
    }
  }
  return index
})

/**
 * Reads only what finding a listener takes, in whichever case it arrived: a sidecar of a large mesh has thousands of listeners, and a
 * trace looks into one or two.
 */
function listenerOf(entry: Entry): Listener {
  const { received } = entry
  const holders = [received, ...objectsOf(received.additional_addresses ?? received.additionalAddresses)]
  const addresses = holders.flatMap(({ address }) => addressOf(objectOf(address)))
  const [first] = addresses
  const v1 = objectOf(received.deprecated_v1 ?? received.deprecatedV1)
  const bindings = [received.bind_to_port, received.bindToPort, v1.bind_to_port, v1.bindToPort]
  const reachable = !isObject(received.api_listener ?? received.apiListener)
  return {
    entry,
    get resource() {
      return entry.resource
    },
    name: entry.name || (first === undefined ? '' : hostPort(first.text, first.port)),
    addresses,
    binds: reachable && !bindings.includes(false),
    internalName:
      stringOf(objectOf(objectOf(received.address).envoy_internal_address).server_listener_name) ?? entry.name,
  }
}

function addressOf(address: JsonObject): ListenerAddress[] {
  const socket = objectOf(address.socket_address ?? address.socketAddress)
  const text = stringOf(socket.address) ?? ''
  const ip = parseIp(text)
  if (ip === undefined || socket.protocol === 'UDP') return []
  const port = numberOf(socket.port_value ?? socket.portValue) ?? 0
  return [{ ip, text, port, ipv4Compat: (socket.ipv4_compat ?? socket.ipv4Compat) === true }]
}
