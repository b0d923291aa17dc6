import type { JsonObject } from '../../envoy/json.ts'
import { rbacAction } from '../../envoy/model/rbac-action.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import { inputsFrom } from '../matching/matcher-inputs.ts'
import { evaluateMatcher } from '../matching/matcher-tree.ts'
import { because } from '../reasons/reason.ts'
import { denial, type RbacContext, type RbacDecision } from './rbac-decision.ts'

/**
 * Evaluates the matcher tree of an RBAC filter. The leaf it comes to names the policy and the action; without one the request is
 * denied. https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/rbac/v3/rbac.proto
 */
export function evaluateRbacMatcher(matcher: JsonObject, context: RbacContext): RbacDecision {
  const { connection, downstreamTls, request } = context
  const { presented } = presentedCertificate(connection, downstreamTls)
  const certificate = presented ? connection.tls?.certificate : undefined
  const found = evaluateMatcher(matcher, inputsFrom({ connection, certificate, request }))
  if ('undecided' in found) return { allowed: undefined, details: '', reason: found.undecided }
  if (found.action === undefined)
    return { allowed: false, details: denial('none'), reason: because('rbac-matcher-no-match', {}) }
  const { action, name, rule: policy } = rbacAction(found.action)
  const details = denial(name)
  if (action === 'DENY') return { allowed: false, details, reason: because('rbac-denied', { policy }), policy }
  const code = action === 'LOG' ? 'rbac-logged' : 'rbac-allowed'
  return { allowed: true, details, reason: because(code, { policy }), policy }
}
