import { isObject, type Json, type JsonObject } from '../envoy/json.ts'
import { hostStatsOf, hostStatsText } from './host-stats.ts'

/** What differs between proxies that were sent the same resource. */
const ownKeys: ReadonlySet<string> = new Set(['version_info', 'versionInfo', 'last_updated', 'lastUpdated'])

/** Members of an entry of listeners that have a version and a time of their own. */
const stateKeys: ReadonlySet<string> = new Set(
  ['active', 'warming', 'draining', 'error'].flatMap((state) => [`${state}_state`, `${state}State`]),
)

/** Hosts of a cluster as `/clusters` has them, each of which counts for itself. */
const hostsKeys: ReadonlySet<string> = new Set(['host_statuses', 'hostStatuses'])

/**
 * A copy of a member of a section's list in which each version and time, and as one text what is counted of each host, is what `change`
 * makes of it; null stands for what is not there yet. It shares everything else with the member, and calls in the order of its keys.
 */
export function withOwnValues(member: JsonObject, change: (value: Json) => Json): JsonObject {
  return changed(member, change, true)
}

/** With what is counted of it changed. */
function changedHost(host: Json, change: (value: Json) => Json): Json {
  if (!isObject(host)) return host
  const { stats } = host
  const text = stats === undefined || stats === null ? stats : hostStatsText(stats)
  if (text === undefined) return host
  const own = change(text)
  return { ...host, stats: typeof own === 'string' ? hostStatsOf(own) : own }
}

function changed(object: JsonObject, change: (value: Json) => Json, withStates: boolean): JsonObject {
  const entries = Object.entries(object).map(([key, value = null]): [string, Json] => {
    if (ownKeys.has(key)) return [key, change(value)]
    if (withStates && hostsKeys.has(key) && Array.isArray(value))
      return [key, value.map((host) => changedHost(host, change))]
    if (withStates && stateKeys.has(key) && isObject(value)) return [key, changed(value, change, false)]
    return [key, value]
  })
  return Object.fromEntries(entries)
}
