import { provenanceCell } from '../envoy/control-plane/provenance.ts'
import type { ConfigDump, Entry } from '../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, scalarText, stringOf } from '../envoy/json.ts'
import { memoizeByObject } from '../envoy/memoize-by-object.ts'
import { addressesOf } from '../envoy/model/addresses.ts'
import { filterChainsOf } from '../envoy/model/filter-chains.ts'
import { type FilterSwitch, filterSwitches } from '../envoy/model/filter-switches.ts'
import { extensionName, typedConfig, unwrap } from '../envoy/model/typed-config.ts'
import { contains, nameContains, port } from './columns.ts'
import type { ResourceKind, Row, RowContext } from './resource-kind.ts'

interface FilterRow extends Row {
  readonly port: number
  /** The name of the filter chain, or what it matches where it has none. */
  readonly chain: string
  readonly filter: JsonObject
  /** What users know the filter as; of one that is delivered by ECDS, of what came. */
  readonly type: string
  /** What a route configuration, virtual host, route or weighted cluster says of it; absent for the filter of the chain itself. */
  readonly by: FilterSwitch | undefined
}

/** HTTP filters in the order in which a request passes them, and under each what routes switch or set of it. */
export const filters: ResourceKind<FilterRow> = {
  name: 'filters',
  aliases: ['filter', 'f'],
  kind: 'filter',
  title: 'HTTP filters of each filter chain, in order, and what routes switch on, off or set anew',
  examples: [
    { title: 'What a request passes, chain by chain', command: 'kubectl proxy-config filters deploy/web -n shop' },
    {
      title: 'For which routes is external authorization off?',
      command: 'kubectl proxy-config filters deploy/web -n shop --type ExtAuthz',
    },
    {
      title: 'What a route changes of its filters',
      command: 'kubectl proxy-config filters --file dump.json --route shop/checkout',
    },
  ],
  entries: 'listeners',
  path: 'config_dump',
  partOfOther: true,
  rows: (entry, context) => rowsOf(entry, context),
  columns: [
    { header: 'LISTENER', value: ({ entry }) => entry.name },
    { header: 'CHAIN', value: ({ chain }) => chain },
    { header: 'FILTER', value: ({ filter }) => stringOf(filter.name) },
    { header: 'TYPE', value: ({ type }) => type },
    { header: 'ROUTE', value: ({ by }) => by?.place },
    { header: 'SETTING', value: settingOf },
    {
      header: 'OBJECT',
      value: ({ by, entry, filter }) => {
        const { name, resource } = entry
        const own = by === undefined ? provenanceCell(resource.metadata, name) : provenanceCell(by.metadata)
        // Envoy Gateway gives a filter the name of its policy.
        const named = provenanceCell(undefined, scalarText(filter.name))
        return [own, named].filter(Boolean).join(', ') || undefined
      },
    },
    { header: 'PORT', value: ({ port: number }) => number, types: ['number'], wide: true },
  ],
  filters: [
    port('Show filters of listeners on this port', ({ port: number }) => number),
    nameContains('Show filters of listeners whose name contains this text'),
    contains('chain', 'Show filters of chains whose name or match contains this text', ({ chain }) => chain),
    contains(
      'type',
      'Show filters whose type or name contains this text',
      ({ type, filter }) => `${type}\n${scalarText(filter.name)}`,
    ),
    contains('route', 'Show what routes with this text in their place switch or set', ({ by }) => by?.place ?? ''),
  ],
  sortKeys: ({ entry }) => [entry.name],
  prune: (entry, rows) => pruned(entry.resource, rows),
}

function rowsOf(entry: Entry, { dump }: RowContext): FilterRow[] {
  const [address] = addressesOf(entry.resource)
  return filterChainsOf(entry.resource).flatMap((chain) =>
    chain.filters.flatMap((networkFilter) => {
      const { config } = typedConfig(networkFilter)
      const list = objectsOf(config.http_filters)
      const switches = list.length === 0 ? [] : switchesOf(config, dump)
      return list.flatMap((filter): FilterRow[] => {
        const row = {
          entry,
          port: address?.port ?? 0,
          chain: chain.name || chain.match,
          filter,
          type: typeOf(filter, dump),
        }
        const own = switches.flatMap((byFilter) => byFilter.get(filter.name) ?? [])
        return [{ ...row, by: undefined }, ...own.map((by) => ({ ...row, by }))]
      })
    }),
  )
}

type ByFilter = ReadonlyMap<Json | undefined, readonly FilterSwitch[]>

/** What the route configurations that a connection manager uses switch, as far as the dump has them. */
function switchesOf({ route_config, rds, scoped_routes }: JsonObject, dump: ConfigDump): readonly ByFilter[] {
  if (isObject(route_config)) return [byFilter(filterSwitches(route_config))]
  const name = stringOf(objectOf(rds).route_config_name)
  const named = name === undefined ? [] : (tablesByName(dump).get(name) ?? []).map(switchesIn)
  return isObject(scoped_routes) ? [...named, switchesOfScopes(dump)] : named
}

const switchesIn = memoizeByObject(({ resource }: Entry): ByFilter => byFilter(filterSwitches(resource)))

/** What every scope leads to, worked out once: many connection managers may have many scopes. */
const switchesOfScopes = memoizeByObject((dump: ConfigDump): ByFilter => {
  const names = new Set(dump.entries('scopedRoutes').map(({ resource }) => resource.route_configuration_name))
  const tables = tablesByName(dump)
  return byFilter(
    [...names].flatMap((name) => (tables.get(name) ?? []).flatMap(({ resource }) => filterSwitches(resource))),
  )
})

const tablesByName = memoizeByObject(
  (dump: ConfigDump): ReadonlyMap<Json | undefined, readonly Entry[]> =>
    Map.groupBy(dump.entries('routes'), ({ name }) => name),
)

function byFilter(switches: readonly FilterSwitch[]): ByFilter {
  return Map.groupBy(switches, ({ filter }) => filter)
}

function typeOf(filter: JsonObject, dump: ConfigDump): string {
  const { config_discovery } = filter
  if (!isObject(config_discovery)) return extensionName(typedConfig(filter))
  const [delivered] = dump.named('ecds', stringOf(filter.name) ?? '')
  if (delivered !== undefined) return extensionName(typedConfig(delivered.resource))
  const { default_config } = config_discovery
  return isObject(default_config) ? extensionName(unwrap(default_config)) : 'not delivered'
}

/** `on`, `off`, or `own settings` of a route. */
function settingOf({ filter, by }: FilterRow): string {
  if (by !== undefined) return by.setting
  return filter.disabled === true ? 'off' : 'on'
}

/** The listener with nothing but the chains and HTTP filters that are shown. */
function pruned(listener: JsonObject, rows: readonly FilterRow[]): JsonObject {
  const shown = new Set(rows.map(({ filter }) => filter))
  const chainOf = ({ name, filter_chain_match, filters: networkFilters }: JsonObject) => ({
    ...(name === undefined ? {} : { name }),
    ...(filter_chain_match === undefined ? {} : { filter_chain_match }),
    filters: objectsOf(networkFilters).flatMap((networkFilter) => {
      const { typed_config } = networkFilter
      const http_filters = objectsOf(objectOf(typed_config).http_filters).filter((filter) => shown.has(filter))
      if (http_filters.length === 0) return []
      return [{ name: networkFilter.name, typed_config: { '@type': objectOf(typed_config)['@type'], http_filters } }]
    }),
  })
  const { name, filter_chains, default_filter_chain } = listener
  return {
    name,
    filter_chains: objectsOf(filter_chains)
      .map(chainOf)
      .filter(({ filters: left }) => left.length > 0),
    ...(isObject(default_filter_chain) ? { default_filter_chain: chainOf(default_filter_chain) } : {}),
  }
}
