import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import { evaluateRbac } from '../rbac/evaluate-rbac.ts'
import type { NetworkFilterType } from './filter-type.ts'

/** Role-based access control of connections. */
export const rbac: NetworkFilterType = {
  types: ['envoy.extensions.filters.network.rbac.v3.RBAC'],
  names: ['envoy.filters.network.rbac'],
  authorizes: true,
  evaluate({ config, context }) {
    const decision = evaluateRbac(config, { ...context, request: undefined })
    const { policy, missed } = decision
    if (decision.allowed === undefined) return undecided(decision.reason)
    if (decision.allowed) return continueWith({ reason: decision.reason, policy })
    return respond({ kind: 'denied', details: decision.details, reason: decision.reason }, { policy, missed })
  },
}
