import type { JsonObject } from '../../envoy/json.ts'
import type { ExtensionType } from '../extensions/extension-registry.ts'
import type { FilterResult } from '../filters/filter-result.ts'
import type { FilterState } from '../filters/filter-state.ts'
import type { RbacContext } from '../rbac/rbac-decision.ts'

/** What a network filter gets to see: its configuration and the connection. */
export interface NetworkFilterInput {
  readonly config: JsonObject
  readonly context: Omit<RbacContext, 'request'>
}

export type NetworkFilterResult = FilterResult & {
  /** Filter state after it; absent when it leaves it alone. */
  readonly filterState?: FilterState | undefined
}

/** A kind of network filter. A new one is a row of the index. */
export interface NetworkFilterType extends ExtensionType {
  /**
   * What the filter does that ends its chain: requests for the HTTP filters, bytes for a cluster, or something of its own.
   * Absent for a filter that hands the connection on.
   */
  readonly terminal?: 'http' | 'tcp' | 'other'
  /** Decides who may connect: `authz` asks filters of this kind. */
  readonly authorizes?: boolean
  readonly evaluate: (input: NetworkFilterInput) => NetworkFilterResult
}
