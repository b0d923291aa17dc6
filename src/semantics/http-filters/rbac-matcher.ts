import { type JsonObject, stringOf } from '../../envoy/json.ts'
import { rbacAction } from '../../envoy/model/rbac-action.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import { connectionInput } from '../connection/filter-chain-matcher.ts'
import { evaluateMatcher, type MatcherInput } from '../matching/matcher-tree.ts'
import { Ended } from '../outcome.ts'
import type { RbacContext, RbacVerdict } from './rbac.ts'

/**
 * Evaluates the matcher tree of an RBAC filter. The leaf it comes to names the policy and the action; without one the request is
 * denied. https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/rbac/v3/rbac.proto
 */
export function evaluateRbacMatcher(matcher: JsonObject, context: RbacContext): RbacVerdict {
  try {
    const found = evaluateMatcher(matcher, inputOf(context))
    if (found === undefined)
      return { allowed: false, details: denial('none'), reason: 'nothing in its matcher tree matches' }
    const { action, name, rule: policy } = rbacAction(found)
    const allowed = action !== 'DENY'
    const reason = `policy ${policy} ${allowed ? (action === 'LOG' ? 'only logs' : 'allows') : 'denies'} it`
    return { allowed, details: denial(name), reason, policy }
  } catch (error) {
    if (!(error instanceof Ended)) throw error
    return { allowed: undefined, details: '', reason: error.outcome.reason }
  }
}

/** As RBAC puts it into `%RESPONSE_CODE_DETAILS%`. */
export function denial(policy: string): string {
  return `rbac_access_denied_matched_policy[${policy.replace(/\s/g, '_')}]`
}

function inputOf({ connection, downstreamTls, request }: RbacContext): MatcherInput {
  const ofConnection = connectionInput(connection)
  const { presented } = presentedCertificate(connection, downstreamTls)
  const certificate = presented ? connection.tls?.certificate : undefined
  return (input) => {
    switch (input.message) {
      case 'HttpRequestHeaderMatchInput':
        return request?.headers.get(stringOf(input.config.header_name) ?? '')
      case 'UriSanInput':
        return certificate?.uriSans?.join(',')
      case 'DnsSanInput':
        return certificate?.dnsSans?.join(',')
      case 'SubjectInput':
        return certificate?.subject
      default:
        return ofConnection(input)
    }
  }
}
