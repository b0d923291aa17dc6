import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import { evaluateRbac } from '../rbac/evaluate-rbac.ts'
import type { NetworkFilterType } from './filter-type.ts'

/** Role-based access control of connections. */
export const rbac: NetworkFilterType = {
  types: ['envoy.extensions.filters.network.rbac.v3.RBAC'],
  names: ['envoy.filters.network.rbac'],
  authorizes: true,
  evaluate({ config, context }) {
    const { allowed, details, reason, policy } = evaluateRbac(config, { ...context, request: undefined })
    if (allowed === undefined) return undecided(reason)
    return allowed ? continueWith({ reason, policy }) : respond({ kind: 'denied', details, reason }, { policy })
  },
}
