import { objectOf } from '../../envoy/json.ts'
import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { withMetadata } from '../filters/request-state.ts'
import { evaluateRbac } from '../rbac/evaluate-rbac.ts'
import { shadowMetadata } from '../rbac/shadow-metadata.ts'

/** Role-based access control: policies by rules or a matcher tree; its shadow rules leave metadata behind. */
export const rbac: HttpFilterType = {
  types: ['envoy.extensions.filters.http.rbac.v3.RBAC'],
  names: ['envoy.filters.http.rbac'],
  authorizes: true,
  evaluate(input) {
    const { config: own, overrides, context } = input
    const [override] = overrides
    // RBACPerRoute without rbac turns the filter off for the route.
    const config = override === undefined ? own : objectOf(override.rbac)
    const decision = evaluateRbac(config, context)
    const { policy } = decision
    const metadata = shadowMetadata(config, context)
    const effects = metadata === undefined ? {} : { state: withShadowMetadata(input, metadata) }
    if (decision.allowed === undefined) return undecided(decision.reason, effects)
    if (decision.allowed) return continueWith({ reason: decision.reason, policy, ...effects })
    return respond({ kind: 'denied', status: 403, details: decision.details, reason: decision.reason }, { policy })
  },
}

function withShadowMetadata(input: FilterInput, metadata: ReturnType<typeof objectOf>) {
  return Object.entries(metadata).reduce(
    (state, [namespace, value]) => withMetadata(state, namespace, objectOf(value)),
    stateOf(input),
  )
}
