import type { JsonObject } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import type { StreamState } from '../matching/stream-state.ts'
import type { UndecidedReason } from '../reasons/filter-conditions.ts'
import type { FilterAnswers } from '../reasons/filter-reasons.ts'
import type { FilterReason, Reason } from '../reasons/reason.ts'
import type { MissedPolicy } from './missed-policies.ts'

/** What RBAC rules can look at. `request` is absent for the network filter. */
export interface RbacContext {
  readonly connection: Connection
  readonly downstreamTls: JsonObject | undefined
  readonly request: DecodedRequest | undefined
  readonly known: StreamState
  /** `filter_metadata` of the route; absent where there is none. */
  readonly routeMetadata?: JsonObject | undefined
}

/** What an RBAC filter decides. */
export type RbacDecision = (
  | { readonly allowed: false; readonly reason: Reason<keyof FilterAnswers> }
  /** Undefined when the dump and the request do not tell. */
  | { readonly allowed: undefined; readonly reason: UndecidedReason }
  | { readonly allowed: true; readonly reason: FilterReason }
) & {
  /** `%RESPONSE_CODE_DETAILS%` of a denial. */
  readonly details: string
  /** Name of the policy that decided; absent when none matched. */
  readonly policy?: string
  /** Policies of which one would have allowed it. */
  readonly missed?: readonly MissedPolicy[]
}

/** As RBAC puts it into `%RESPONSE_CODE_DETAILS%`. */
export function denial(policy: string): string {
  return `rbac_access_denied_matched_policy[${policy.replace(/\s/g, '_')}]`
}
