import type { Delta } from 'jsondiffpatch'
import type { JsonObject } from '../../../envoy/json.ts'
import type { Change } from '../../diff/delta.ts'
import type { Side } from '../../diff/dump-diff.ts'
import type { ComparableKind } from './comparable-kinds.ts'
import type { IgnoredPath } from './ignored-paths.ts'

/** What two proxies, or one proxy at two times, have loaded, resource by resource. */
export interface Comparison {
  readonly kinds: readonly KindComparison[]
  /** Whether no difference is left to show. */
  readonly match: boolean
}

export interface KindComparison {
  readonly kind: ComparableKind
  /** Set when the kind was not compared, and says why. */
  readonly skipped: string | undefined
  /** Resources that are equal, or differ in nothing that is shown. */
  readonly same: number
  /** Names of resources that only the first side has. */
  readonly removed: readonly NamedResource[]
  /** Names of resources that only the second side has. */
  readonly added: readonly NamedResource[]
  readonly changed: readonly ResourceChange[]
  /** What one side was sent and does not use. */
  readonly unused: readonly UnusedResource[]
  /** Resources of which a difference was left out, by the rule of identity that left it out; `ignored` stands for --ignore. */
  readonly left: ReadonlyMap<string, number>
  /** The places of --ignore that a difference lies at. */
  readonly ignoredBy: ReadonlySet<IgnoredPath>
  readonly before: Side
  readonly after: Side
}

/** Whether nothing of a kind differs. */
export function isSameKind({ removed, added, changed, unused }: KindComparison): boolean {
  return [removed, added, changed, unused].every((list) => list.length === 0)
}

export interface NamedResource {
  readonly name: string
  /** The objects of a control plane's API that it was made from: `virtualservice/reviews.shop`. */
  readonly objects: readonly string[]
}

export interface ResourceChange {
  readonly name: string
  /** The differences that are shown. */
  readonly changes: readonly ShownChange[]
  /** All of them, shown or not: what a patch is made of. */
  readonly delta: Delta
}

export interface ShownChange extends Change {
  /** The objects behind the innermost part of the resource that says so. */
  readonly objects: readonly string[]
}

export interface UnusedResource {
  readonly name: string
  readonly side: 'before' | 'after'
  readonly state: 'warming' | 'error'
  /** Envoy's own words, of what it rejected. */
  readonly reason: string | undefined
}

/** A resource of each side under one name, in Envoy's snake_case, with its secrets. */
export interface ResourcePair {
  readonly name: string
  readonly before: JsonObject | undefined
  readonly after: JsonObject | undefined
}
