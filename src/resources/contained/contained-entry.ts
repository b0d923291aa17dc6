import type { Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { Kind } from '../../envoy/kinds.ts'

/** Entries that stand inside other resources, and what they leave out. */
export interface Contained {
  readonly entries: readonly Entry[]
  readonly notes: readonly string[]
}

/** The entry of a resource that stands inside another one, whose version and time it shares. Envoy counts these as static. */
export function containedEntry(kind: Kind, name: string, resource: JsonObject, holder: Entry): Entry {
  return {
    kind,
    name,
    state: holder.state === 'active' ? 'static' : holder.state,
    version: holder.version,
    lastUpdated: holder.lastUpdated,
    error: undefined,
    isDuplicate: holder.isDuplicate,
    resource,
    received: resource,
    wrapper: resource,
    member: resource,
    position: 0,
    holder: holder.name,
  }
}
