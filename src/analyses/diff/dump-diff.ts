import type { Delta } from 'jsondiffpatch'
import type { JsonObject } from '../../envoy/json.ts'
import type { ComparedKind } from '../../envoy/kinds.ts'
import type { Change } from './delta.ts'

/** What a control plane would send, set against what an Envoy uses. */
export interface DumpDiff {
  readonly kinds: readonly KindDiff[]
  /** Whether every kind that was compared matches. */
  readonly match: boolean
}

export interface KindDiff {
  readonly kind: ComparedKind
  /** Set when the kind was not compared, and says why. */
  readonly skipped: string | undefined
  /** No difference, nothing warming and nothing rejected. */
  readonly match: boolean
  /** Resources that are the same on both sides. */
  readonly same: number
  /** Routes only: the newest `last_updated` in Envoy, RFC 3339. */
  readonly lastLoaded: string | undefined
  readonly onlyInControlPlane: readonly string[]
  readonly onlyInEnvoy: readonly string[]
  readonly changed: readonly ResourceDiff[]
  readonly warming: readonly WarmingResource[]
  readonly rejected: readonly RejectedResource[]
  /** Canonical resources of both sides by name, sorted: what the texts and the patches speak of. */
  readonly sides: Sides
}

export interface ResourceDiff {
  readonly name: string
  readonly changes: readonly Change[]
  readonly delta: Delta
}

export interface WarmingResource {
  readonly name: string
  /** Whether Envoy uses an earlier version meanwhile. */
  readonly active: boolean
}

export interface RejectedResource {
  readonly name: string
  /** Envoy's own words. */
  readonly reason: string
  readonly lastAttempt: string | undefined
}

export interface Sides {
  readonly controlPlane: Side
  readonly envoy: Side
}

export interface Side {
  readonly names: readonly string[]
  resource(name: string): JsonObject | undefined
}
