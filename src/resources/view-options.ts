import type { Json } from '../envoy/json.ts'

/** Values of a kind's filters, by the name of the flag. */
export type WantedFilters = Readonly<Record<string, string | undefined>>

export interface ViewOptions {
  readonly wanted: WantedFilters
  /** Names the dump in errors. */
  readonly label: string
  readonly now: Date
  /** The reply of the kind's page `auxiliaryPage`, when the proxy is live. */
  readonly auxiliaryPage?: Json | undefined
}
