import { hash as hashOfText } from 'node:crypto'
import { ownFacts } from '../../analyses/compare/identity/own-facts.ts'
import { mentionsOwn, ownText } from '../../analyses/compare/identity/own-text.ts'
import { canonicalOf, comparedForm } from '../../analyses/compare/loaded-resources.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json } from '../../envoy/json.ts'
import type { Pod } from '../../mesh/pods/pod.ts'

/** The kinds of which replicas have the same. */
const comparedKinds = ['listeners', 'routes', 'clusters', 'endpoints'] as const

/**
 * A digest of each resource that a proxy has in use, by `clusters/NAME`, without what belongs to its pod: equal for replicas that have
 * loaded the same. Undefined for a dump that lacks one of the kinds.
 * @param known digests of resources in which nothing belongs to a pod, by what came: most proxies have what others have. It is added to.
 */
export function loadedDigests(
  dump: ConfigDump,
  pod: Pod | undefined,
  known: Map<string, string> = new Map(),
): ReadonlyMap<string, string> | undefined {
  if (dump.cut !== undefined || !comparedKinds.every((kind) => dump.has(kind))) return undefined
  const facts = ownFacts(dump, pod)
  const common = ownText(facts)
  const isOwn = mentionsOwn(facts)
  const contents = new Map<string, string[]>()
  for (const kind of comparedKinds)
    for (const entry of dump.entries(kind)) {
      if (entry.state !== 'active' && entry.state !== 'static') continue
      const form = comparedForm(entry)
      const digest = () => {
        const value = common(canonicalOf(kind, form))
        return digestOf(sorted(kind === 'endpoints' || kind === 'clusters' ? withoutShares(value) : value))
      }
      const text = JSON.stringify(form)
      const name = `${kind}/${String(common(entry.name))}`
      const value = isOwn(text) ? digest() : remembered(known, `${kind} ${digestOf(text)}`, digest)
      contents.set(name, [...(contents.get(name) ?? []), value])
    }
  // Envoy lists resources of one name, or of none, in no order.
  return new Map([...contents].map(([name, digests]) => [name, digests.toSorted().join(' ')]))
}

function remembered(known: Map<string, string>, key: string, make: () => string): string {
  const before = known.get(key)
  if (before !== undefined) return before
  const made = make()
  known.set(key, made)
  return made
}

/** 96 bits of a hash of JSON, in which keys stand as they came. */
export function digestOf(value: Json): string {
  return hashOfText('sha256', JSON.stringify(value), 'base64url').slice(0, 16)
}

/** Keys and the endpoints of a locality stand in no order. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const members = Object.keys(value)
    .toSorted()
    .map((key): [string, Json] => [key, sorted(value[key] ?? null)])
  return Object.fromEntries(members)
}

/** Priorities and weights of localities depend on the locality of the proxy, and so do the groups in which they stand. */
function withoutShares(resource: Json): Json {
  if (Array.isArray(resource)) return resource.map(withoutShares)
  if (!isObject(resource)) return resource
  if (!Array.isArray(resource.lb_endpoints))
    return Object.fromEntries(
      Object.entries(resource).map(([key, value = null]) => [
        key,
        key === 'endpoints' ? inOrder(withoutShares(value)) : withoutShares(value),
      ]),
    )
  const { priority: _, load_balancing_weight: __, ...rest } = resource
  return { ...rest, lb_endpoints: inOrder(resource.lb_endpoints) }
}

function inOrder(list: Json): Json {
  if (!Array.isArray(list)) return list
  return list
    .map((item) => ({ item, text: JSON.stringify(sorted(item)) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item)
}
