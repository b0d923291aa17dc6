import { type JsonObject, objectOf } from '../../envoy/json.ts'
import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../filters/http-filter-type.ts'
import { type RequestState, withMetadata, withOpenMetadata } from '../filters/request-state.ts'
import { evaluateRbac } from '../rbac/evaluate-rbac.ts'
import { shadowMetadata, shadowNamespace } from '../rbac/shadow-metadata.ts'

/** Role-based access control: policies by rules or a matcher tree; its shadow rules leave metadata behind. */
export const rbac: HttpFilterType = {
  types: ['envoy.extensions.filters.http.rbac.v3.RBAC'],
  names: ['envoy.filters.http.rbac'],
  authorizes: true,
  evaluate(input) {
    const { config: own, overrides, levels } = input
    const [override] = overrides
    // RBACPerRoute without rbac turns the filter off for the route.
    const config = override === undefined ? own : objectOf(override.rbac)
    const routeMetadata = objectOf(objectOf(levels[1]?.metadata).filter_metadata)
    const context = { ...input.context, routeMetadata }
    const decision = evaluateRbac(config, context)
    const { policy, missed } = decision
    const state = withShadow(input, shadowMetadata(config, context))
    const effects = state === undefined ? {} : { state }
    if (decision.allowed === undefined) return undecided(decision.reason, effects)
    if (decision.allowed) return continueWith({ reason: decision.reason, policy, ...effects })
    return respond(
      { kind: 'denied', status: 403, details: decision.details, reason: decision.reason },
      { policy, missed },
    )
  },
}

function withShadow(input: FilterInput, shadow: JsonObject | 'unknown' | undefined): RequestState | undefined {
  if (shadow === undefined) return undefined
  return shadow === 'unknown'
    ? withOpenMetadata(stateOf(input), [{ namespace: shadowNamespace }])
    : withMetadata(stateOf(input), shadowNamespace, shadow)
}
