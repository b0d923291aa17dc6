import type { Tone } from '../../view.ts'

/** One piece of configuration that is related to the described pod or service. */
export interface DescriptionRow {
  /** `Pod`, `Service`, `mTLS`, `Listener`, `Policy`, `Route`, `Cluster`. */
  readonly part: string
  readonly name: string
  /** What it does, on one line. */
  readonly summary: string
  /** The API object it was made from, `kind/name.namespace`; empty when nothing tells. */
  readonly object: string
  /** Set where it does not work: rejected by Envoy, leading nowhere; or not yet. */
  readonly tone?: Tone | undefined
}
