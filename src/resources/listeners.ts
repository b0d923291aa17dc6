import type { Entry } from '../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, stringOf } from '../envoy/json.ts'
import { addressesOf } from '../envoy/model/addresses.ts'
import { chainDestination, listenerType } from '../envoy/model/chain-destination.ts'
import { type FilterChain, filterChainsOf } from '../envoy/model/filter-chains.ts'
import {
  type ListenerProtocol,
  listenerProtocol,
  udpDestination,
  udpProxyOf,
} from '../envoy/model/listener-protocol.ts'
import { typedConfig } from '../envoy/model/typed-config.ts'
import { compareKeys, equals, nameContains, port } from './columns.ts'
import type { Column, ResourceKind, Row } from './resource-kind.ts'

interface ListenerRow extends Row {
  readonly addresses: readonly string[]
  readonly port: number
  readonly type: string
  readonly protocol: ListenerProtocol
  /** Absent for a listener without filter chains. */
  readonly chain: FilterChain | undefined
  /** What leads to the chain, or one of the ways to it. */
  readonly match: string
}

function rowsOf(entry: Entry): ListenerRow[] {
  const listener = entry.resource
  const chains = filterChainsOf(listener)
  const addresses = addressesOf(listener)
  const common = {
    entry,
    addresses: addresses.map(({ host }) => host).filter(Boolean),
    port: addresses[0]?.port ?? 0,
    type: isObject(udpProxyOf(listener)) ? 'UDP' : listenerType(chains.flatMap(({ filters }) => filters)),
    protocol: listenerProtocol(listener),
  }
  if (chains.length === 0) return [{ ...common, chain: undefined, match: 'ALL' }]
  return chains
    .flatMap((chain) => chain.ways.map((match) => ({ ...common, chain, match })))
    .sort((a, b) => compareKeys(destination(b), destination(a)))
}

function destination({ entry, chain }: ListenerRow): string {
  return chain === undefined ? withoutChains(entry.resource) : chainDestination(chain.filters)
}

function withoutChains(listener: JsonObject): string {
  const proxy = udpProxyOf(listener)
  if (proxy !== undefined) return udpDestination(proxy)
  if ('api_listener' in listener) return 'API listener'
  if ('udp_listener_config' in listener || 'listener_filters' in listener) return 'Non-HTTP/Non-TCP'
  return ''
}

const address: Column<ListenerRow>[] = [
  { header: 'ADDRESSES', value: ({ addresses }) => addresses.join(',') },
  { header: 'PORT', value: ({ port: number }) => number, types: ['number'] },
]

const named: Column<ListenerRow>[] = [
  { header: 'NAME', value: ({ entry }) => entry.name, wide: true },
  { header: 'TRAFFIC DIRECTION', value: ({ entry }) => stringOf(entry.resource.traffic_direction), wide: true },
]

const common: Omit<ResourceKind<ListenerRow>, 'rows' | 'columns'> = {
  name: 'listeners',
  aliases: ['listener', 'l'],
  kind: 'listener',
  title: 'Listeners: where Envoy accepts traffic, and where each filter chain sends it',
  examples: [
    {
      title: 'Listeners of a pod, a row for each filter chain',
      command: 'kubectl proxy-config listeners productpage-v1-abc',
    },
    {
      title: 'Which listener accepts connections to port 9080',
      command: 'kubectl proxy-config listeners productpage-v1-abc --port 9080',
    },
    { title: 'One line per listener', command: 'kubectl proxy-config listeners --file dump.json --verbose=false' },
  ],
  entries: 'listeners',
  path: 'config_dump?mask=dynamic_listeners,static_listeners',
  filters: [
    equals('address', 'Show listeners on this address', ({ addresses }) => addresses),
    port('Show listeners on this port', ({ port: number }) => number),
    equals('type', 'Show listeners of this type', ({ type }) => type, ['HTTP', 'TCP', 'HTTP+TCP', 'UDP', 'UNKNOWN']),
    nameContains('Show listeners whose name contains this text'),
  ],
  sortKeys: ({ port: number, addresses, type, entry }) => [number, addresses[0] ?? '', type, entry.name],
}

/** Where Envoy accepts traffic, a row for each filter chain. Columns follow `istioctl proxy-config listeners`. */
export const listeners: ResourceKind<ListenerRow> = {
  ...common,
  rows: rowsOf,
  columns: [
    ...address,
    { header: 'MATCH', value: ({ match }) => match },
    { header: 'DESTINATION', value: destination },
    {
      header: 'PROTOCOL',
      value: ({ protocol }) => protocol,
      wide: true,
      isNotable: ({ protocol }) => protocol !== 'TCP',
    },
    { header: 'TYPE', value: ({ type }) => type, wide: true },
    { header: 'CHAIN', value: ({ chain }) => chain?.name, wide: true },
    {
      header: 'FILTERS',
      value: ({ chain }) => chain?.filters.map((filter) => typedConfig(filter).message).join(','),
      wide: true,
    },
    ...named,
  ],
  compact: {
    ...common,
    rows: (entry: Entry) => rowsOf(entry).slice(0, 1),
    columns: [...address, { header: 'TYPE', value: ({ type }) => type }, ...named],
  } satisfies ResourceKind<ListenerRow>,
}
