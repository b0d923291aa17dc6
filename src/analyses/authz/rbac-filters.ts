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
  /** Where it stands: `virtualInbound 0.0.0.0_9080`, `route 9080 reviews:9080`. */
  readonly place: string
  /** Name of the listener; undefined for an override in a route configuration. */
  readonly listener: string | undefined
  readonly config: JsonObject
}

/**
 * Every RBAC filter of the listeners that serve traffic: network and HTTP filters, of default chains too, also where discovery (ECDS)
 * delivered them; and the overrides in routes.
 */
export function rbacFilters(dump: ConfigDump): RbacFilter[] {
  const index = indexOf(dump)
  const listeners = dump.entries('listeners').filter(serves)
  const inline: JsonObject[] = []
  const found = listeners.flatMap((entry) => ofListener(entry, index, inline))
  const tables = [
    ...dump
      .entries('routes')
      .filter(serves)
      .map(({ resource }) => resource),
    ...inline,
  ]
  return [...found, ...tables.flatMap(overrides)]
}

function ofListener({ name, resource }: Entry, index: DumpIndex, inline: JsonObject[]): RbacFilter[] {
  return filterChainsOf(resource).flatMap((chain) => {
    const place = [name, chain.name].filter(Boolean).join(' ')
    return chain.filters.flatMap((filter): RbacFilter[] => {
      const { config, ...found } = filterConfig(filter, index)
      const type = networkFilterType(found)
      if (type === networkRbac) return [{ layer: 'TCP', place, listener: name, config }]
      if (type?.terminal !== 'http') return []
      if (isObject(config.route_config)) inline.push(config.route_config)
      return objectsOf(config.http_filters)
        .map((httpFilter) => filterConfig(httpFilter, index))
        .filter((httpFilter) => httpFilterType(httpFilter) === httpRbac)
        .map((httpFilter) => ({ layer: 'HTTP', place, listener: name, config: httpFilter.config }))
    })
  })
}

/** RBACPerRoute, at every level that can carry one. */
function overrides(table: JsonObject): RbacFilter[] {
  const found: RbacFilter[] = []
  const visit = (level: JsonObject, ...names: string[]) => {
    for (const any of Object.values(objectOf(level.typed_per_filter_config))) {
      const { message, config } = unwrap(objectOf(any))
      if (message !== 'RBACPerRoute' || !isObject(config.rbac)) continue
      const place = ['route', ...names].filter(Boolean).join(' ')
      found.push({ layer: 'HTTP', place, listener: undefined, config: config.rbac })
    }
  }
  const tableName = stringOf(table.name) ?? ''
  visit(table, tableName)
  for (const host of objectsOf(table.virtual_hosts)) {
    const hostName = stringOf(host.name) ?? ''
    visit(host, tableName, hostName)
    for (const route of objectsOf(host.routes)) {
      const weighted = objectOf(objectOf(route.route).weighted_clusters)
      for (const level of [route, ...objectsOf(weighted.clusters)]) {
        visit(level, tableName, hostName, stringOf(route.name) ?? '')
      }
    }
  }
  return found
}
