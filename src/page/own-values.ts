import { isObject, type Json, type JsonObject } from '../envoy/json.ts'

/** What differs between proxies that were sent the same resource. */
const ownKeys: ReadonlySet<string> = new Set(['version_info', 'versionInfo', 'last_updated', 'lastUpdated'])

/** Members of an entry of listeners that have a version and a time of their own. */
const stateKeys: ReadonlySet<string> = new Set(
  ['active', 'warming', 'draining', 'error'].flatMap((state) => [`${state}_state`, `${state}State`]),
)

/**
 * A copy of a member of a section's list in which each version and time is what `change` makes of it. It shares everything else with the
 * member, and calls in the order of its keys.
 */
export function withOwnValues(member: JsonObject, change: (value: Json) => Json): JsonObject {
  return changed(member, change, true)
}

function changed(object: JsonObject, change: (value: Json) => Json, withStates: boolean): JsonObject {
  const entries = Object.entries(object).map(([key, value = null]): [string, Json] => {
    if (ownKeys.has(key)) return [key, change(value)]
    if (withStates && stateKeys.has(key) && isObject(value)) return [key, changed(value, change, false)]
    return [key, value]
  })
  return Object.fromEntries(entries)
}
