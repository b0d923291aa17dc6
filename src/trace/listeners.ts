import type { ConfigDump, Entry } from '../envoy/config-dump.ts'
import { hostPort, type Ip, isWildcard, parseIp } from '../envoy/ip.ts'
import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../envoy/json.ts'
import { serves } from './dump-index.ts'

/** A listener that serves, with the addresses it answers to. */
export interface Listener {
  readonly entry: Entry
  readonly resource: JsonObject
  /** Its name; unnamed ones (static, usually) go by their address. */
  readonly name: string
  readonly addresses: readonly ListenerAddress[]
  /** Whether it has sockets of its own. Without, it only gets connections handed over. */
  readonly binds: boolean
}

interface ListenerAddress {
  readonly ip: Ip
  readonly text: string
  readonly port: number
  readonly ipv4Compat: boolean
}

const cache = new WeakMap<ConfigDump, readonly Listener[]>()

export function servingListeners(dump: ConfigDump): readonly Listener[] {
  let listeners = cache.get(dump)
  if (listeners === undefined) {
    listeners = dump.entries('listeners').filter(serves).map(listenerOf)
    cache.set(dump, listeners)
  }
  return listeners
}

/**
 * The listener of an address: exact `ip:port` first, then the wildcard of the same family; `[::]` counts for IPv4 only with
 * ipv4_compat. (ConnectionHandlerImpl::getBalancedHandlerByAddress; the kernel picks sockets the same way.)
 */
export function listenerAt(candidates: readonly Listener[], address: string, port: number): Listener | undefined {
  const ip = parseIp(address)
  if (ip === undefined) return undefined
  let wildcard: Listener | undefined
  let compatible: Listener | undefined
  for (const listener of candidates) {
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

function listenerOf(entry: Entry): Listener {
  const { resource } = entry
  const addresses = [resource.address, ...objectsOf(resource.additional_addresses).map((more) => more.address)]
    .map((address) => objectOf(objectOf(address).socket_address))
    .filter((socket) => socket.protocol !== 'UDP')
    .flatMap(addressOf)
  const [first] = addresses
  const name = stringOf(resource.name) || entry.name || (first ? hostPort(first.text, first.port) : '')
  const binds = resource.bind_to_port !== false && objectOf(resource.deprecated_v1).bind_to_port !== false
  return { entry, resource, name, addresses, binds: binds && !isObject(resource.api_listener) }
}

function addressOf(socket: JsonObject): ListenerAddress[] {
  const text = stringOf(socket.address) ?? ''
  const ip = parseIp(text)
  if (ip === undefined) return []
  return [{ ip, text, port: numberOf(socket.port_value) ?? 0, ipv4Compat: socket.ipv4_compat === true }]
}
