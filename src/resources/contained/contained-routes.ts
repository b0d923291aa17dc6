import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, objectOf, stringOf } from '../../envoy/json.ts'
import { filterChainsOf } from '../../envoy/model/filter-chains.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { type Contained, containedEntry } from './contained-entry.ts'

/**
 * The route configurations that stand inside listeners (`route_config`), for what has no section of routes: a map of xDS resources, a
 * dump that istiod or Kuma writes. Undefined where listeners only ask for them by name, which says nothing of their content.
 */
export function containedRoutes(dump: ConfigDump): Contained | undefined {
  if (!dump.has('listeners')) return undefined
  const entries: Entry[] = []
  const elsewhere = new Set<string>()
  for (const listener of dump.entries('listeners')) {
    for (const filter of filterChainsOf(listener.resource).flatMap(({ filters }) => filters)) {
      const { route_config, rds } = typedConfig(filter).config
      if (isObject(route_config)) {
        entries.push(containedEntry('routes', stringOf(route_config.name) ?? '', route_config, listener))
      }
      const name = stringOf(objectOf(rds).route_config_name)
      if (name !== undefined) elsewhere.add(name)
    }
  }
  if (entries.length === 0 && (elsewhere.size > 0 || !dump.has('bootstrap'))) return undefined
  const names = [...elsewhere].toSorted()
  return {
    entries,
    notes:
      names.length === 0
        ? []
        : [`not in this file are route configurations that listeners ask for by name: ${names.join(', ')}`],
  }
}
