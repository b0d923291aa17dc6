import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectsOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'

/** An HTTP filter of a connection manager. */
export interface HttpFilter {
  readonly name: string
  /** Last part of its message's name: `RBAC`, `JwtAuthentication`; the filter's name when that is unknown. */
  readonly message: string
  readonly config: JsonObject
  /** Whether it is off unless a route switches it on. */
  readonly isDisabled: boolean
  /** Whether its configuration comes by extension discovery (ECDS). */
  readonly isDiscovered: boolean
}

/** The HTTP filters of a connection manager in their order, those of extension discovery with what was discovered. */
export function httpFiltersOf(manager: JsonObject, dump: ConfigDump): readonly HttpFilter[] {
  return objectsOf(manager.http_filters).map((filter) => {
    const discovered = isObject(filter.config_discovery)
    const name = stringOf(filter.name) ?? ''
    const { message, config } = typedConfig(discovered ? (discoveredFilters(dump).get(name) ?? filter) : filter)
    return { name, message, config, isDisabled: filter.disabled === true, isDiscovered: discovered }
  })
}

/** What extension discovery has delivered, by name. */
export const discoveredFilters = memoizeByObject(
  (dump: ConfigDump): ReadonlyMap<string, JsonObject> =>
    new Map(dump.entries('ecds').map(({ name, resource }) => [name, resource])),
)
