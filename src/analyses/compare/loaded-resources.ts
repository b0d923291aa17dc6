import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import { sections } from '../../envoy/kinds.ts'
import { discoveryOf } from '../../semantics/clusters/discovery-type.ts'
import { bringsDestination } from '../../semantics/clusters/original-dst.ts'
import { canonical } from '../diff/canonical.ts'
import { comparedEndpoints } from '../diff/compared-endpoints.ts'
import type { Owner } from './identity/rules.ts'
import { type ComparableKind, namelessText } from './model/comparable-kinds.ts'

/** What a proxy has in use of a kind, by name: active and static resources. Each is read when it is looked at. */
export type LoadedResources = ReadonlyMap<string, Entry>

/** A proxy whose resources are read. */
interface Loading extends Owner {
  readonly dump: ConfigDump
}

/**
 * The resources of a kind that two proxies have in use, under names that are the same on both sides. Several of one name (route
 * configurations inside listeners have none) are numbered: first those that are equal, then those that are so but for the pod, then the others
 * in the order of their content, for Envoy lists them in no order.
 * @param wanted whether the resources of a name are asked for
 */
export function loadedResources(
  sides: readonly [Loading, Loading],
  kind: ComparableKind,
  wanted: (name: string) => boolean,
): [LoadedResources, LoadedResources] {
  const [a, b] = [byNameIn(sides[0].dump, kind), byNameIn(sides[1].dump, kind)]
  const [before, after] = [new Map<string, Entry>(), new Map<string, Entry>()]
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    if (!wanted(name)) continue
    const shown = name || namelessText(kind)
    const [first, second] = inPairs([a.get(name) ?? [], b.get(name) ?? []], sides)
    for (const [index, entry] of first.entries()) before.set(numbered(shown, index), entry)
    for (const [index, entry] of second.entries()) after.set(numbered(shown, index), entry)
  }
  return [before, after]
}

function byNameIn(dump: ConfigDump, kind: ComparableKind): Map<string, Entry[]> {
  const byName = new Map<string, Entry[]>()
  const unconfigured = kind === 'endpoints' ? clustersOfTraffic(dump) : undefined
  for (const entry of dump.entries(kind)) {
    if (kind !== 'bootstrap' && entry.state !== 'active' && entry.state !== 'static') continue
    if (unconfigured?.has(entry.name)) continue
    const known = byName.get(entry.name)
    if (known === undefined) byName.set(entry.name, [entry])
    else known.push(entry)
  }
  return byName
}

/** Clusters whose hosts are those that requests went to lately: nobody has configured them. */
function clustersOfTraffic(dump: ConfigDump): ReadonlySet<string> {
  const those = dump.entries('clusters').filter(({ resource }) => bringsDestination.has(discoveryOf(resource).type))
  return new Set(those.map(({ name }) => name))
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name} (${index + 1})`
}

type BothSides = readonly [readonly Entry[], readonly Entry[]]

/**
 * Resources of one name, those first that both sides have: without that, one edit moves all behind it to another number. What is equal as it
 * stands is found first, for that is cheaper than the form in which resources that mean the same are equal.
 */
function inPairs([a, b]: BothSides, [before, after]: readonly [Owner, Owner]): BothSides {
  if (a.length < 2 && b.length < 2) return [a, b]
  const [equal, others] = alike(a.map(asItStands), b.map(asItStands))
  const [same, different] = alike(sortedByContent(others[0], before), sortedByContent(others[1], after))
  return [
    [...equal[0], ...same[0], ...different[0]],
    [...equal[1], ...same[1], ...different[1]],
  ]
}

function asItStands(entry: Entry): WithContent {
  return { entry, content: JSON.stringify(entry.received) }
}

/** Those of both sides that the other has as well, in the same order, and the others in their own. */
function alike(first: readonly WithContent[], second: readonly WithContent[]): [both: BothSides, others: BothSides] {
  const byContent = Map.groupBy(second, ({ content }) => content)
  const [left, right, rest]: [Entry[], Entry[], Entry[]] = [[], [], []]
  const paired = new Set<Entry>()
  for (const { entry, content } of first) {
    const other = byContent.get(content)?.shift()
    if (other === undefined) {
      rest.push(entry)
      continue
    }
    left.push(entry)
    right.push(other.entry)
    paired.add(other.entry)
  }
  const unpaired = second.flatMap(({ entry }) => (paired.has(entry) ? [] : [entry]))
  return [
    [left, right],
    [rest, unpaired],
  ]
}

interface WithContent {
  readonly entry: Entry
  readonly content: string
}

function sortedByContent(entries: readonly Entry[], { text }: Owner): WithContent[] {
  return entries
    .map((entry) => ({ entry, content: JSON.stringify(text(canonicalOf(entry.kind, comparedForm(entry)))) }))
    .sort((a, b) => (a.content < b.content ? -1 : a.content > b.content ? 1 : 0))
}

/** A resource as it is compared: of endpoints not what Envoy itself works out, and a secret known for one wherever it stands. */
export function comparedForm({ kind, resource }: Entry): JsonObject {
  if (kind === 'endpoints') return comparedEndpoints(resource)
  return kind === 'secrets' ? { '@type': `type.googleapis.com/${sections.secrets.type}`, ...resource } : resource
}

/** The one form in which resources that mean the same to Envoy are equal. */
export function canonicalOf(kind: Entry['kind'], resource: JsonObject): JsonObject {
  return canonical(resource, sections[kind].type)
}
