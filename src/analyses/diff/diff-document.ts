import type { Delta, ObjectDelta } from 'jsondiffpatch'
import { format, type Op } from 'jsondiffpatch/formatters/jsonpatch'
import type { ComparedKind } from '../../envoy/kinds.ts'
import type { Change } from './delta.ts'
import type { DumpDiff, KindDiff, RejectedResource, Side, WarmingResource } from './dump-diff.ts'

/** A change as it is published. */
export type ChangeDocument = Omit<Change, 'steps'>

export function changeDocument({ steps: _, ...change }: Change): ChangeDocument {
  return change
}

/** The diff for programs. Deltas and patches lead from the control plane's side to Envoy's, both as `{name: resource}`. */
export interface DiffDocument {
  readonly match: boolean
  readonly kinds: Readonly<Partial<Record<ComparedKind, KindDocument>>>
}

interface KindDocument {
  /** Null for a kind that was not compared. */
  readonly match: boolean | null
  readonly skipped?: string
  readonly same: number
  readonly lastLoaded?: string
  readonly onlyInControlPlane: readonly string[]
  readonly onlyInEnvoy: readonly string[]
  readonly changed: readonly { readonly name: string; readonly changes: readonly ChangeDocument[] }[]
  readonly warming: readonly WarmingResource[]
  readonly rejected: readonly RejectedResource[]
  /** jsondiffpatch's format. */
  readonly delta?: Delta
  /** RFC 6902. */
  readonly patch: readonly Op[]
}

/** What `-o json` prints. Field names inside resources and paths are Envoy's own, in snake_case. */
export function diffDocument({ match, kinds }: DumpDiff): DiffDocument {
  return { match, kinds: Object.fromEntries(kinds.map((kind) => [kind.kind, kindDocument(kind)])) }
}

function kindDocument(kind: KindDiff): KindDocument {
  const delta = kindDelta(kind)
  return {
    match: kind.skipped === undefined ? kind.match : null,
    ...(kind.skipped === undefined ? {} : { skipped: kind.skipped }),
    same: kind.same,
    ...(kind.lastLoaded === undefined ? {} : { lastLoaded: kind.lastLoaded }),
    onlyInControlPlane: kind.onlyInControlPlane,
    onlyInEnvoy: kind.onlyInEnvoy,
    changed: kind.changed.map(({ name, changes }) => ({ name, changes: changes.map(changeDocument) })),
    warming: kind.warming,
    rejected: kind.rejected,
    ...(delta === undefined ? {} : { delta }),
    patch: format(delta),
  }
}

function kindDelta({ onlyInControlPlane, onlyInEnvoy, changed, sides }: KindDiff): Delta {
  const { controlPlane: before, envoy: after } = sides
  return resourcesDelta({ removed: onlyInControlPlane, added: onlyInEnvoy, changed, before, after })
}

/** Resources that only one side has, by name, and those that differ. */
interface ResourceDifferences {
  readonly removed: readonly string[]
  readonly added: readonly string[]
  readonly changed: readonly { readonly name: string; readonly delta: Delta }[]
  readonly before: Side
  readonly after: Side
}

/** What leads from the first side's `{name: resource}` to the second's; undefined where nothing differs. */
export function resourcesDelta({ removed, added, changed, before, after }: ResourceDifferences): Delta {
  const entries: [string, Delta][] = [
    ...removed.map((name): [string, Delta] => [name, [before.resource(name), 0, 0]]),
    ...added.map((name): [string, Delta] => [name, [after.resource(name)]]),
    ...changed.map(({ name, delta }): [string, Delta] => [name, delta]),
  ]
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) satisfies ObjectDelta)
}
