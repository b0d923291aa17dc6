import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import { isObject, type JsonObject } from '../envoy/json.ts'
import { memoizeByObject } from '../envoy/memoize-by-object.ts'
import { type Address, addressesOf } from '../envoy/model/addresses.ts'
import { filterChainsOf } from '../envoy/model/filter-chains.ts'
import { hostPort } from '../envoy/model/ip.ts'
import { typedConfig } from '../envoy/model/typed-config.ts'
import type { ResourceKind } from './resource-kind.ts'
import { type RouteRow, routes } from './routes.ts'

/**
 * Route configurations with the listeners that they stand in. Envoy lists those of all listeners together, often several that are equal, and
 * does not say whose they are: the listener is the one that has the same content, or all that have.
 */
export const withListeners: ResourceKind<RouteRow> = {
  ...routes,
  // Asked for by name, Envoy would leave out the listeners of other names.
  filters: routes.filters.map(({ byName: _, ...filter }) => filter),
  path: `${routes.path},dynamic_listeners,static_listeners`,
  rows(entry, context) {
    const rows = routes.rows(entry, context)
    if (entry.state !== 'static' || entry.holder !== undefined || !context.dump.has('listeners')) return rows
    const listeners = listenersByContent(context.dump).get(contentOf(entry.resource))
    return listeners === undefined ? rows : rows.map((row) => ({ ...row, listener: [...listeners].join(', ') }))
  },
}

const listenersByContent = memoizeByObject((dump: ConfigDump): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  for (const { name, resource } of dump.entries('listeners')) {
    // Envoy makes up a name for one that has none.
    const shown = name || addressesOf(resource).map(addressText).join(', ')
    for (const filter of filterChainsOf(resource).flatMap(({ filters }) => filters)) {
      const { route_config } = typedConfig(filter).config
      if (!isObject(route_config)) continue
      const content = contentOf(route_config)
      const known = found.get(content)
      if (known === undefined) found.set(content, new Set([shown]))
      else known.add(shown)
    }
  }
  return found
})

function addressText({ kind, host, port }: Address): string {
  return kind === 'socket' ? hostPort(host, port) : host
}

/** Only where it stands by itself a route configuration has its type. */
function contentOf({ '@type': _, ...content }: JsonObject): string {
  return JSON.stringify(content)
}
