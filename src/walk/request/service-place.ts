import { isNameOf, type ServiceName, serviceName } from '../../envoy/control-plane/service-name.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { chainsOfListener } from '../../envoy/model/filter-chains.ts'
import { isWildcard, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { matcherPaths } from '../../envoy/model/matcher-paths.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { capturePort } from '../../semantics/connection/capture-listener.ts'
import { indexOf } from '../../semantics/connection/dump-index.ts'
import {
  boundListeners,
  type Listener,
  listenersOn,
  missingListeners,
  servingListeners,
} from '../../semantics/connection/listeners.ts'
import { workloadOf } from '../../semantics/connection/workload.ts'
import { type ChainNames, chainNames } from './chain-names.ts'
import { addressBesideDomain } from './domain-address.ts'
import { namespacesOf } from './known-hosts.ts'

/** Where a dump has a service. */
export interface ServicePlace {
  /** The address that its clients connect to; undefined where it has none of its own, and listeners of every address take it. */
  readonly address: string | undefined
  /** How many more addresses it has, each with a listener: those of a headless service. */
  readonly others: number
  /** A short name was asked for, and nothing says in which namespace the workload is: the only service of that name counts. */
  readonly assumed?: true
}

/** Where the dump has a service, by a name that its clients use: `reviews`, `reviews.default` or the full name. */
export function servicePlace(dump: ConfigDump, host: string, port: number): ServicePlace | undefined {
  const known = places.get(dump) ?? new Map<string, ServicePlace | undefined>()
  places.set(dump, known)
  const key = `${host}:${port}`
  if (!known.has(key)) known.set(key, find(dump, host, port))
  return known.get(key)
}

/** Whether a name that a control plane gave is one of the service on this port. */
export function isOfService(name: string, host: string, port: number, dump: ConfigDump): boolean {
  return isOf({ names: [name], domains: [] }, askedFor(dump, host, port))
}

/** Whether a chain of the listener is for the service. */
export function listenerHasService(listener: Listener, host: string, port: number, dump: ConfigDump): boolean {
  return addressesIn(listener, askedFor(dump, host, port), dump).length > 0
}

/** What was found before: thousands of requests name few hosts. */
const places = new WeakMap<ConfigDump, Map<string, ServicePlace | undefined>>()

interface Asked {
  readonly host: string
  readonly port: number
  readonly service: ServiceName
}

function find(dump: ConfigDump, host: string, port: number): ServicePlace | undefined {
  const beside = addressBesideDomain(dump, host, port)
  if (beside !== undefined) return { address: beside, others: 0 }
  const asked = askedFor(dump, host, port)
  // Without the namespace of the workload a short name is only clear where one namespace has it.
  const isShort = asked.service.namespace === undefined
  if (isShort && namespacesOf(asked.service.name, dump).length > 1) return undefined
  const place =
    placeIn(listenersOn(servingListeners(dump), port), asked, dump) ??
    placeIn(listenersOn(missingListeners(dump), port), asked, dump) ??
    placeIn(withoutOwnPort(dump), asked, dump) ??
    onOtherPort(asked, dump)
  return isShort && place?.address !== undefined ? { ...place, assumed: true } : place
}

function askedFor(dump: ConfigDump, host: string, port: number): Asked {
  return { host, port, service: serviceName(host, workloadOf(dump).namespace) }
}

/** The capture listener, whose chains tell services apart, and internal listeners, which have no port at all. */
function withoutOwnPort(dump: ConfigDump): readonly Listener[] {
  const capture = capturePort(dump, 'outbound')
  const captures = capture === undefined ? [] : listenersOn(boundListeners(dump), capture)
  return [...captures, ...servingListeners(dump).filter(({ addresses }) => addresses.length === 0)]
}

/** The address of a service that is asked on a port that it does not have: what clients connect to all the same. */
function onOtherPort({ host, service }: Asked, dump: ConfigDump): ServicePlace | undefined {
  const ports = dump
    .entries('clusters')
    .map(({ name }) => clusterName(name))
    .filter((cluster) => cluster.port !== undefined && isNameOf(cluster.host, service))
    .flatMap((cluster) => cluster.port ?? [])
  for (const port of new Set(ports)) {
    const place = placeIn(listenersOn(servingListeners(dump), port), { host, port, service }, dump)
    if (place?.address !== undefined) return place
  }
  return undefined
}

function placeIn(listeners: readonly Listener[], asked: Asked, dump: ConfigDump): ServicePlace | undefined {
  const found = new Set<string | undefined>()
  for (const listener of listeners) for (const address of addressesIn(listener, asked, dump)) found.add(address)
  if (found.size === 0) return undefined
  const own = [...found].filter((address) => address !== undefined)
  return { address: own[0], others: Math.max(0, own.length - 1) }
}

/** Addresses under which a listener has the service; undefined among them for every address. */
function addressesIn(listener: Listener, asked: Asked, dump: ConfigDump): (string | undefined)[] {
  const { resource, addresses } = listener
  const index = indexOf(dump)
  const own = addresses.filter(({ port, ip }) => port === asked.port && !isWildcard(ip)).map(({ text }) => text)
  const byMatcher = destinationsByChain(resource, asked.port)
  return chainsOfListener(resource).flatMap((chain) => {
    const match = objectOf(chain.filter_chain_match)
    const port = numberOf(match.destination_port)
    if ((port !== undefined && port !== asked.port) || !isOf(chainNames(chain, index), asked)) return []
    const ranges = byMatcher?.get(stringOf(chain.name) ?? '') ?? objectsOf(match.prefix_ranges).flatMap(addressIn)
    if (ranges.length > 0) return ranges.slice(0, 1)
    return own.length > 0 ? own.slice(0, 1) : [undefined]
  })
}

function isOf({ names, domains }: ChainNames, { host, port, service }: Asked): boolean {
  return (
    domains.some((domain) => domainMatches(domain, host, port)) ||
    names.some(
      (name) => (portIn(name) ?? port) === port && (clusterName(name).host === host || isNameOf(name, service)),
    )
  )
}

/** `reviews`, `reviews:9080` or `*.example.com`. */
function domainMatches(domain: string, host: string, port: number): boolean {
  if (domain.startsWith('*.')) return host.endsWith(domain.slice(1)) || `${host}:${port}`.endsWith(domain.slice(1))
  return domain === host || domain === `${host}:${port}`
}

/** The port in a name that has one: `outbound|80||web`, `web.default.svc.cluster.local:80`, `web_default_svc_80`. */
function portIn(name: string): number | undefined {
  const written = /(?:[:|]|_svc_)(\d+)$/.exec(name)?.[1]
  return clusterName(name).port ?? (written === undefined ? undefined : Number(written))
}

/** An address of the range: its first, which is the only one of most. */
function addressIn(range: JsonObject): string[] {
  const address = stringOf(range.address_prefix)
  return address === undefined || (parseCidr(range)?.length ?? 0) === 0 ? [] : [address]
}

interface Step {
  readonly addresses?: readonly string[]
  readonly port?: string
}

/** The addresses that lead to each chain by name in a `filter_chain_matcher`, as waypoints have it. */
function destinationsByChain(listener: JsonObject, port: number): Map<string, readonly string[]> | undefined {
  if (listener.filter_chain_matcher === undefined) return undefined
  const found = new Map<string, readonly string[]>()
  const paths = matcherPaths<Step>(objectOf(listener.filter_chain_matcher), {
    predicate: () => ({}),
    value: ({ message }, comparison, value) => {
      if (comparison !== 'exact') return {}
      return message === 'DestinationPortInput' ? { port: value } : { addresses: [value] }
    },
    anyOf: ({ message }, values) => (message === 'DestinationIPInput' ? { addresses: values } : {}),
    unknown: () => ({}),
    otherwise: () => [],
  })
  for (const { steps, action = {} } of paths) {
    const name = stringOf(typedConfig(action).config.value)
    const ports = steps.flatMap((step) => step.port ?? [])
    if (name === undefined || (ports.length > 0 && !ports.includes(String(port)))) continue
    const addresses = steps
      .flatMap((step) => step.addresses ?? [])
      .map((address) => address.replace(/\/\d+$/, ''))
      .filter((address) => parseIp(address) !== undefined)
    found.set(name, [...(found.get(name) ?? []), ...addresses])
  }
  return found
}
