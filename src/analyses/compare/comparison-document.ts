import type { Delta, ObjectDelta } from 'jsondiffpatch'
import { format, type Op } from 'jsondiffpatch/formatters/jsonpatch'
import type { JsonObject } from '../../envoy/json.ts'
import { type ChangeDocument, changeDocument, resourcesDelta } from '../diff/diff-document.ts'
import type { SideNames } from './comparison-text.ts'
import type { ComparableKind } from './model/comparable-kinds.ts'
import {
  type Comparison,
  isSameKind,
  type KindComparison,
  type NamedResource,
  type UnusedResource,
} from './model/comparison.ts'

/** What `-o json` prints of a comparison. Names of fields inside resources and in paths are Envoy's own, in snake_case. */
export interface ComparisonDocument {
  readonly before: string
  readonly after: string
  readonly match: boolean
  readonly kinds: Readonly<Partial<Record<ComparableKind, KindDocument>>>
}

interface KindDocument {
  /** Null for a kind that was not compared. */
  readonly match: boolean | null
  readonly skipped?: string
  readonly same: number
  readonly removed: readonly NamedResource[]
  readonly added: readonly NamedResource[]
  readonly changed: readonly {
    readonly name: string
    readonly changes: readonly (ChangeDocument & { readonly objects: readonly string[] })[]
  }[]
  readonly unused: readonly UnusedResource[]
  /** Resources with differences that were left out, by the rule that left them out. */
  readonly leftOut: Readonly<Record<string, number>>
}

export function comparisonDocument({ match, kinds }: Comparison, { before, after }: SideNames): ComparisonDocument {
  return { before, after, match, kinds: Object.fromEntries(kinds.map((kind) => [kind.kind, kindDocument(kind)])) }
}

function kindDocument(kind: KindComparison): KindDocument {
  const { skipped, same, removed, added, changed, unused, left } = kind
  return {
    match: skipped === undefined ? isSameKind(kind) : null,
    ...(skipped === undefined ? {} : { skipped }),
    same,
    removed,
    added,
    changed: changed.map(({ name, changes }) => ({
      name,
      changes: changes.map(({ objects, ...change }) => ({ ...changeDocument(change), objects })),
    })),
    unused,
    leftOut: Object.fromEntries(left),
  }
}

/**
 * RFC 6902: what leads from the first side's resources to the second's, both as `{KIND: {NAME: resource}}` in canonical form. Of a
 * resource that differs all differences are in it, whether they come of the pod or not.
 */
export function comparisonPatch({ kinds }: Comparison): Op[] {
  const deltas = kinds.flatMap((kind): [string, Delta][] => {
    const [removed, added] = [kind.removed, kind.added].map((list) => list.map(({ name }) => name))
    const delta = resourcesDelta({ ...kind, removed: removed ?? [], added: added ?? [] })
    return delta === undefined ? [] : [[kind.kind, delta]]
  })
  return deltas.length === 0 ? [] : format(Object.fromEntries(deltas) satisfies ObjectDelta)
}

/** The resources of a side as a patch takes them: `{KIND: {NAME: resource}}`, secrets hidden. */
export function comparedSide({ kinds }: Comparison, which: 'before' | 'after'): JsonObject {
  return Object.fromEntries(
    kinds
      .filter(({ skipped }) => skipped === undefined)
      .map((kind) => [
        kind.kind,
        Object.fromEntries(kind[which].names.map((name) => [name, kind[which].resource(name)])),
      ]),
  )
}
