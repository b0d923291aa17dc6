import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import { type ComparedKind, comparedKinds, sections } from '../../envoy/kinds.ts'
import { redact } from '../../envoy/redaction/redact.ts'
import { redactPair } from '../../envoy/redaction/redact-pair.ts'
import { AppError } from '../../errors.ts'
import { canonical } from './canonical.ts'
import { comparedPair, comparedResources, edsNamesOf } from './compared-resources.ts'
import { difference } from './delta.ts'
import type { DumpDiff, KindDiff, RejectedResource, ResourceDiff, Side, WarmingResource } from './dump-diff.ts'
import { withoutLeftRoutes } from './left-routes.ts'
import { isSame } from './same.ts'

/**
 * Compares what the control plane would send with what Envoy uses, resource by resource. Versions and times are no part of it;
 * what Envoy takes for the same is the same (see `canonical`).
 * @param envoy the proxy's dump, with `include_eds` if endpoints are to be compared
 * @param wanted the kinds to compare
 * @throws AppError when a side lacks clusters, listeners or routes altogether, for then it is no dump of this proxy, or lacks
 *   all that is wanted
 */
export function diffDumps(
  controlPlane: ConfigDump,
  envoy: ConfigDump,
  wanted: readonly ComparedKind[] = comparedKinds,
): DumpDiff {
  const eds = controlPlane.has('endpoints') ? edsNamesOf(controlPlane, envoy) : new Set<string>()
  const kinds = wanted.map((kind) => {
    const missing = missingSide(kind, controlPlane, envoy)
    if (missing === undefined) return compareKind({ kind, controlPlane, envoy, eds })
    if (required.has(kind)) throw new AppError(`${missing}'s dump has no ${kind}: nothing to compare`)
    return skippedKind(kind, `${missing}'s dump has no ${kind}`)
  })
  const missing = kinds.map(({ skipped }) => skipped)
  if (!missing.includes(undefined)) throw new AppError(`${missing.join(', and ')}: nothing to compare`)
  return { kinds, match: kinds.every(({ match }) => match) }
}

const required: ReadonlySet<ComparedKind> = new Set(['clusters', 'listeners', 'routes'])

/**
 * Envoy leaves sections out: ECDS without such filters, and routes until the first listener with routes has come. In a whole
 * dump, which has a bootstrap, that is an empty list.
 */
function missingSide(kind: ComparedKind, controlPlane: ConfigDump, envoy: ConfigDump): string | undefined {
  if (!controlPlane.has(kind)) return 'the control plane'
  const none = kind === 'ecds' || (kind === 'routes' && envoy.has('bootstrap'))
  return envoy.has(kind) || none ? undefined : 'Envoy'
}

interface KindInput {
  readonly kind: ComparedKind
  readonly controlPlane: ConfigDump
  readonly envoy: ConfigDump
  readonly eds: ReadonlySet<string>
}

function compareKind({ kind, controlPlane, envoy, eds }: KindInput): KindDiff {
  const sent = comparedResources(controlPlane, kind, eds)
  const all = comparedResources(envoy, kind, eds)
  const used = kind === 'routes' ? withoutLeftRoutes(all, sent, envoy) : all
  const pairOf = (name: string) => comparedPair(sent.get(name), used.get(name))
  const sides = {
    controlPlane: sideOf(kind, sent, (name) => shownPair(pairOf(name))[0]),
    envoy: sideOf(kind, used, (name) => shownPair(pairOf(name))[1]),
  }
  const changed = sides.controlPlane.names.flatMap((name) => changedResource(kind, name, pairOf(name)))
  const warming = warmingIn(envoy.entries(kind), used)
  const rejected = rejectedIn(envoy.entries(kind))
  const onlyInControlPlane = sides.controlPlane.names.filter((name) => !used.has(name))
  const onlyInEnvoy = sides.envoy.names.filter((name) => !sent.has(name))
  return {
    kind,
    skipped: undefined,
    match: [onlyInControlPlane, onlyInEnvoy, changed, warming, rejected].every((list) => list.length === 0),
    same: sent.size - onlyInControlPlane.length - changed.length,
    lastLoaded: kind === 'routes' ? newest(envoy.entries('routes')) : undefined,
    onlyInControlPlane,
    onlyInEnvoy,
    changed,
    warming,
    rejected,
    sides,
  }
}

type Pair = ReturnType<typeof comparedPair>

function changedResource(kind: ComparedKind, name: string, pair: Pair): ResourceDiff[] {
  const { sent, used } = pair
  if (sent === undefined || used === undefined || isSame(sent, used)) return []
  const [before, after] = shownPair(pair)
  if (before === undefined || after === undefined || isSame(before, after)) return []
  const found = difference(canonicalOf(kind, before), canonicalOf(kind, after))
  return found === undefined ? [] : [{ name, ...found }]
}

function canonicalOf(kind: ComparedKind, resource: JsonObject): JsonObject {
  return canonical(resource, sections[kind].type)
}

/** Both sides of a resource with their secrets hidden. */
function shownPair({ sent, used }: Pair) {
  if (sent === undefined || used === undefined) return [redact(sent), redact(used)] as const
  return redactPair(sent, used)
}

/** @param shown a resource of the side by its name, secrets hidden */
function sideOf(
  kind: ComparedKind,
  resources: ReadonlyMap<string, Entry>,
  shown: (name: string) => JsonObject | undefined,
): Side {
  return {
    names: [...resources.keys()].sort(),
    resource(name) {
      const found = shown(name)
      return found === undefined ? undefined : canonicalOf(kind, found)
    },
  }
}

function warmingIn(entries: readonly Entry[], used: ReadonlyMap<string, unknown>): WarmingResource[] {
  return entries.filter(({ state }) => state === 'warming').map(({ name }) => ({ name, active: used.has(name) }))
}

/** Envoy dumps a rejected listener twice, once in the entry of its name and once without name and time. */
function rejectedIn(entries: readonly Entry[]): RejectedResource[] {
  const found = new Map<string, RejectedResource>()
  for (const { name, error } of entries) {
    if (error === undefined) continue
    const key = `${name}\0${error.details}`
    const known = found.get(key)
    found.set(key, { name, reason: error.details.trim(), lastAttempt: error.lastAttempt ?? known?.lastAttempt })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What is no time is passed over. */
function newest(entries: readonly Entry[]): string | undefined {
  return entries
    .filter(({ state }) => state === 'active')
    .map(({ lastUpdated }) => lastUpdated ?? '')
    .filter((time) => !Number.isNaN(Date.parse(time)))
    .sort((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
}

function skippedKind(kind: ComparedKind, skipped: string): KindDiff {
  const nothing: Side = { names: [], resource: () => undefined }
  return {
    kind,
    skipped,
    match: true,
    same: 0,
    lastLoaded: undefined,
    onlyInControlPlane: [],
    onlyInEnvoy: [],
    changed: [],
    warming: [],
    rejected: [],
    sides: { controlPlane: nothing, envoy: nothing },
  }
}
