import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { filterChainsOf } from '../../envoy/model/filter-chains.ts'
import { unwrap } from '../../envoy/model/typed-config.ts'
import { type DumpIndex, indexOf, serves } from '../../semantics/connection/dump-index.ts'
import { filterConfig } from '../../semantics/http-filters/filters-of-route.ts'
import { httpFilterType } from '../../semantics/http-filters/index.ts'
import { rbac as httpRbac } from '../../semantics/http-filters/rbac.ts'
import { networkFilterType } from '../../semantics/network-filters/index.ts'
import { rbac as networkRbac } from '../../semantics/network-filters/rbac.ts'

/** One RBAC configuration in force somewhere in a proxy. */
export interface RbacFilter {
  readonly layer: 'HTTP' | 'TCP'
  readonly location: RbacLocation
  readonly config: JsonObject
}

/** Where an RBAC configuration holds: in a filter chain, or in place of that for what a level of a route configuration takes. */
export interface RbacLocation {
  /** Name of the filter. */
  readonly filter: string
  /** Absent for a route configuration that listeners refer to by name. */
  readonly listener?: string
  readonly filterChain?: string
  readonly routeConfiguration?: string
  readonly virtualHost?: string
  readonly route?: string
  /** Of an entry of weighted clusters. */
  readonly cluster?: string
}

/** A place in one line, without its filter: `virtualInbound 0.0.0.0_9080`, `route 9080 reviews:9080`. */
export function placeText(location: RbacLocation): string {
  const { routeConfiguration, virtualHost, route, cluster } = location
  if (routeConfiguration === undefined) return chainText(location)
  return [chainText(location), 'route', routeConfiguration, virtualHost, route, cluster].filter(Boolean).join(' ')
}

/** `LISTENER CHAIN`; empty for a route configuration that listeners refer to by name. */
export function chainText({ listener, filterChain }: RbacLocation): string {
  return [listener, filterChain].filter(Boolean).join(' ')
}

/**
 * Every RBAC filter of the listeners that serve traffic, in their order: network and HTTP filters, of default chains too, also where
 * discovery (ECDS) delivered them; and the overrides in routes.
 */
export function rbacFilters(dump: ConfigDump): RbacFilter[] {
  const index = indexOf(dump)
  const listeners = dump.entries('listeners').filter(serves)
  const tables = dump.entries('routes').filter(serves)
  return [
    ...listeners.flatMap((entry) => ofListener(entry, index)),
    ...tables.flatMap(({ resource }) => overrides(resource, {})),
  ]
}

type Place = Omit<RbacLocation, 'filter'>

function ofListener({ name, resource }: Entry, index: DumpIndex): RbacFilter[] {
  return filterChainsOf(resource).flatMap((chain) => {
    const place: Place = { listener: name, ...(chain.name ? { filterChain: chain.name } : {}) }
    return chain.filters.flatMap((filter): RbacFilter[] => {
      const { config, ...found } = filterConfig(filter, index)
      const type = networkFilterType(found)
      if (type === networkRbac) return [{ layer: 'TCP', location: locationOf(filter, place), config }]
      if (type?.terminal !== 'http') return []
      const own = objectsOf(config.http_filters)
        .map((httpFilter) => ({ httpFilter, ...filterConfig(httpFilter, index) }))
        .filter((httpFilter) => httpFilterType(httpFilter) === httpRbac)
        .map(({ httpFilter, config }): RbacFilter => {
          return { layer: 'HTTP', location: locationOf(httpFilter, place), config }
        })
      return isObject(config.route_config) ? [...own, ...overrides(config.route_config, place)] : own
    })
  })
}

function locationOf(filter: JsonObject, place: Place): RbacLocation {
  return { filter: stringOf(filter.name) ?? '', ...place }
}

/** RBACPerRoute, at every level that can carry one. @param place where the route configuration itself stands */
function overrides(table: JsonObject, place: Place): RbacFilter[] {
  const found: RbacFilter[] = []
  const visit = (level: JsonObject, at: Place) => {
    for (const [filter, any] of Object.entries(objectOf(level.typed_per_filter_config))) {
      const { message, config } = unwrap(objectOf(any))
      if (message !== 'RBACPerRoute' || !isObject(config.rbac)) continue
      found.push({ layer: 'HTTP', location: { filter, ...at }, config: config.rbac })
    }
  }
  const ofTable = { ...place, routeConfiguration: stringOf(table.name) ?? '' }
  visit(table, ofTable)
  for (const host of objectsOf(table.virtual_hosts)) {
    const ofHost = { ...ofTable, virtualHost: stringOf(host.name) ?? '' }
    visit(host, ofHost)
    for (const route of objectsOf(host.routes)) {
      const ofRoute = { ...ofHost, route: stringOf(route.name) ?? '' }
      visit(route, ofRoute)
      for (const entry of objectsOf(objectOf(objectOf(route.route).weighted_clusters).clusters))
        visit(entry, { ...ofRoute, cluster: stringOf(entry.name) ?? '' })
    }
  }
  return found
}
