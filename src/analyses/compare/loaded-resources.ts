import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import { sections } from '../../envoy/kinds.ts'
import { canonical } from '../diff/canonical.ts'
import { comparedEndpoints } from '../diff/compared-endpoints.ts'
import type { ComparableKind } from './model/comparable-kinds.ts'

/** What a proxy has in use of a kind, by name: active and static resources. Each is read when it is looked at. */
export type LoadedResources = ReadonlyMap<string, Entry>

/**
 * The resources of a kind that are in use. Several of one name (route configurations inside listeners have none) are numbered in the
 * order of their content, for Envoy lists them in no order.
 */
export function loadedResources(dump: ConfigDump, kind: ComparableKind): LoadedResources {
  const byName = new Map<string, Entry[]>()
  for (const entry of dump.entries(kind)) {
    if (kind !== 'bootstrap' && entry.state !== 'active' && entry.state !== 'static') continue
    const known = byName.get(entry.name)
    if (known === undefined) byName.set(entry.name, [entry])
    else known.push(entry)
  }
  return new Map([...byName].flatMap(([name, entries]) => numbered(name || `(${kind} without a name)`, entries)))
}

function numbered(name: string, entries: readonly Entry[]): [string, Entry][] {
  const [only] = entries
  if (entries.length === 1 && only !== undefined) return [[name, only]]
  return entries
    .map((entry) => ({ entry, text: JSON.stringify(canonicalOf(entry.kind, comparedForm(entry))) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ entry }, index) => [index === 0 ? name : `${name} (${index + 1})`, entry])
}

/** A resource as it is compared: of endpoints not what Envoy itself works out. */
export function comparedForm({ kind, resource }: Entry): JsonObject {
  return kind === 'endpoints' ? comparedEndpoints(resource) : resource
}

/** The one form in which resources that mean the same to Envoy are equal. */
export function canonicalOf(kind: Entry['kind'], resource: JsonObject): JsonObject {
  return canonical(resource, sections[kind].type)
}
