import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import { redactPair } from '../../envoy/redaction/redact-pair.ts'
import { AppError } from '../../errors.ts'
import { type Change, difference } from '../diff/delta.ts'
import type { Side } from '../diff/dump-diff.ts'
import { isSame } from '../diff/same.ts'
import { judge, withoutCovered } from './identity/left-out.ts'
import type { Owner, Owners } from './identity/rules.ts'
import { canonicalOf, comparedForm, type LoadedResources, loadedResources } from './loaded-resources.ts'
import type { ComparableKind, ResourceFilter } from './model/comparable-kinds.ts'
import {
  type Comparison,
  isSameKind,
  type KindComparison,
  type NamedResource,
  type ResourceChange,
  type UnusedResource,
} from './model/comparison.ts'
import { type IgnoredPath, placesOf } from './model/ignored-paths.ts'
import { objectsAt, objectsOfResource } from './objects-behind.ts'

/** One of the two proxies. */
export interface ComparedProxy extends Owner {
  readonly dump: ConfigDump
  /** Names it in errors. */
  readonly label: string
}

export interface CompareOptions {
  readonly kinds: readonly ComparableKind[]
  /** The only resources that are looked at; all of the kinds without any. */
  readonly only: readonly ResourceFilter[]
  /** Whether differences that come of the pod are shown as well. */
  readonly identity: boolean
  readonly ignored: readonly IgnoredPath[]
}

/**
 * Compares what two proxies have loaded, resource by resource. Versions, times, order where Envoy does not look at it and defaults are no
 * difference (see `canonical`); what comes of the pod is left out and counted (see `identityRules`).
 * @throws AppError when the dumps have no kind in common
 */
export function compareProxies(before: ComparedProxy, after: ComparedProxy, options: CompareOptions): Comparison {
  const { kinds, only } = options
  const asked = kinds.filter((kind) => only.length === 0 || only.some((filter) => filter.kind === kind))
  const found = asked.flatMap((kind): KindComparison[] => {
    const lacking = [before, after].flatMap((side) => lack(side, kind) ?? [])
    const [first, second] = lacking
    if (first === undefined) return [compareKind(kind, before, after, options)]
    return second === undefined ? [skipped(kind, first)] : []
  })
  if (found.every((kind) => kind.skipped !== undefined)) {
    const why = [...new Set(found.map((kind) => kind.skipped))].join(', and ')
    throw new AppError(`nothing to compare: ${why || `neither dump has ${asked.join(', ')}`}`)
  }
  return { kinds: found, match: found.every(isSameKind) }
}

/**
 * Why a side cannot tell what it has of a kind; undefined where it can. Envoy leaves out what it has none of: in a whole dump, which has a
 * bootstrap, that is an empty list. Endpoints have to be asked for. Of what a dump was cut off in or before, nobody knows what is missing.
 */
function lack({ dump, label }: ComparedProxy, kind: ComparableKind): string | undefined {
  const has = dump.has(kind)
  if (dump.cut !== undefined && (!has || dump.cut.kind === kind)) return `${label} is cut short`
  return has || (dump.has('bootstrap') && kind !== 'endpoints') ? undefined : `${label} has no ${kind} in its dump`
}

interface Compared {
  readonly kind: ComparableKind
  readonly owners: Owners
  readonly options: CompareOptions
  readonly left: Map<string, number>
  readonly ignoredBy: Set<IgnoredPath>
}

function compareKind(
  kind: ComparableKind,
  before: ComparedProxy,
  after: ComparedProxy,
  options: CompareOptions,
): KindComparison {
  const wanted = (name: string) => isWanted(kind, name, options)
  const loaded = loadedResources([before, after], kind, wanted)
  const owners = { before, after }
  const compared: Compared = { kind, owners, options, left: new Map(), ignoredBy: new Set() }
  const [a, b] = options.identity ? loaded : commonResources(loaded, owners, compared.left)
  const changed: ResourceChange[] = []
  let same = 0
  for (const name of [...a.keys()].sort()) {
    if (!b.has(name)) continue
    const found = compareResource({ name, before: a.get(name), after: b.get(name) }, compared)
    if (found === undefined) same++
    else changed.push(found)
  }
  return {
    kind,
    skipped: undefined,
    same,
    removed: onlyIn(a, b),
    added: onlyIn(b, a),
    changed,
    unused: unusedOf(before, after, kind).filter(({ name }) => wanted(name)),
    left: compared.left,
    ignoredBy: compared.ignoredBy,
    before: sideOf(kind, a, b, 0),
    after: sideOf(kind, a, b, 1),
  }
}

/** The resources of both sides under the same names, without those that only one has and that come of its pod or its connections. */
function commonResources(
  [a, loaded]: readonly [LoadedResources, LoadedResources],
  { before, after }: { readonly before: ComparedProxy; readonly after: ComparedProxy },
  left: Map<string, number>,
): readonly [LoadedResources, LoadedResources] {
  const b = underNamesOf(a, loaded, { before, after })
  return [withoutCovered(a, b, before.dump, left), withoutCovered(b, a, after.dump, left)]
}

function onlyIn(resources: LoadedResources, others: LoadedResources): NamedResource[] {
  return [...resources]
    .filter(([name]) => !others.has(name))
    .map(([name, { resource }]) => ({ name, objects: objectsOfResource(resource) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

function isWanted(kind: ComparableKind, name: string, { only }: CompareOptions): boolean {
  return only.length === 0 || only.some((filter) => filter.kind === kind && filter.name === name)
}

/**
 * The second side's resources under the names of the first where two names differ only by the pod, as those of a listener at the pod's
 * own address do: from here on they are one resource, in a patch as well.
 */
function underNamesOf(a: LoadedResources, b: LoadedResources, { before, after }: Owners): LoadedResources {
  const byCommonName = new Map<string, string>()
  for (const name of a.keys()) if (!b.has(name)) byCommonName.set(JSON.stringify(before.text(name)), name)
  const taken = new Set<string>()
  return new Map(
    [...b].map(([name, entry]) => {
      const other = a.has(name) ? undefined : byCommonName.get(JSON.stringify(after.text(name)))
      if (other === undefined || taken.has(other)) return [name, entry]
      taken.add(other)
      return [other, entry]
    }),
  )
}

interface EntryPair {
  readonly name: string
  readonly before: Entry | undefined
  readonly after: Entry | undefined
}

function compareResource(
  { name, ...entries }: EntryPair,
  { kind, owners, options, left, ignoredBy }: Compared,
): ResourceChange | undefined {
  if (entries.before === undefined || entries.after === undefined) return undefined
  // Most resources are equal as Envoy gave them, and need not be brought into one spelling.
  if (isSame(entries.before.received, entries.after.received)) return undefined
  const pair = { name, before: comparedForm(entries.before), after: comparedForm(entries.after) }
  if (isSame(pair.before, pair.after)) return undefined
  const [before, after] = redactPair(pair.before, pair.after).map((resource) => canonicalOf(kind, resource))
  const found = before === undefined || after === undefined ? undefined : difference(before, after)
  if (found === undefined) return undefined
  const placesAt = (change: Change) => placesOf(change, { kind, name }, options.ignored)
  for (const place of found.changes.flatMap(placesAt)) ignoredBy.add(place)
  const judged = options.identity ? { shown: found.changes, rules: [] } : judge(found.changes, pair, kind, owners)
  const shown = judged.shown.filter((change) => placesAt(change).length === 0)
  for (const rule of judged.rules) left.set(rule, (left.get(rule) ?? 0) + 1)
  if (shown.length < judged.shown.length) left.set('ignored', (left.get('ignored') ?? 0) + 1)
  if (shown.length === 0) return undefined
  const changes = shown.map((change) => ({ ...change, objects: objectsAt(change, pair) }))
  return { name, changes, delta: found.delta }
}

function sideOf(kind: ComparableKind, a: LoadedResources, b: LoadedResources, which: 0 | 1): Side {
  const own = which === 0 ? a : b
  return {
    names: [...own.keys()].sort(),
    resource(name) {
      const entry = own.get(name)
      if (entry === undefined) return undefined
      const [first, second] = [a.get(name), b.get(name)]
      const shown =
        first === undefined || second === undefined
          ? redact(comparedForm(entry))
          : redactPair(comparedForm(first), comparedForm(second))[which]
      return canonicalOf(kind, shown)
    },
  }
}

/** What only one of the two was sent and does not use: the other has no such entry with the same reason. */
function unusedOf(before: ComparedProxy, after: ComparedProxy, kind: ComparableKind): UnusedResource[] {
  const of = (side: ComparedProxy, which: UnusedResource['side']) =>
    side.dump
      .entries(kind)
      .flatMap(({ name, state, error }): UnusedResource[] =>
        state === 'warming' || state === 'error' ? [{ name, side: which, state, reason: error?.details.trim() }] : [],
      )
  const keyOf = ({ name, state, reason }: UnusedResource) => JSON.stringify([name, state, reason])
  const [first, second] = [of(before, 'before'), of(after, 'after')]
  const [firstKeys, secondKeys] = [new Set(first.map(keyOf)), new Set(second.map(keyOf))]
  const only = [
    ...first.filter((one) => !secondKeys.has(keyOf(one))),
    ...second.filter((one) => !firstKeys.has(keyOf(one))),
  ]
  return [...new Map(only.map((one) => [`${one.side} ${keyOf(one)}`, one])).values()]
}

function skipped(kind: ComparableKind, why: string): KindComparison {
  const nothing: Side = { names: [], resource: () => undefined }
  return {
    kind,
    skipped: why,
    same: 0,
    removed: [],
    added: [],
    changed: [],
    unused: [],
    left: new Map(),
    ignoredBy: new Set(),
    before: nothing,
    after: nothing,
  }
}
