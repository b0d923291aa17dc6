import { isObject, type JsonObject, stringOf } from '../../envoy/json.ts'
import { evaluateRbac } from './evaluate-rbac.ts'
import type { RbacContext } from './rbac-decision.ts'

/** Where the RBAC filter writes what its shadow rules said. */
export const shadowNamespace = 'envoy.filters.http.rbac'

/**
 * What the shadow rules of an HTTP RBAC filter leave behind in dynamic metadata: values, nothing without shadow rules, or `unknown`
 * when their result is not known. Istio's CUSTOM policies work by it: ext_authz runs only where their shadow rules matched.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter#dynamic-metadata
 */
export function shadowMetadata(config: JsonObject, context: RbacContext): JsonObject | 'unknown' | undefined {
  if (!isObject(config.shadow_rules)) return undefined
  const { allowed, policy } = evaluateRbac({ rules: config.shadow_rules }, context)
  if (allowed === undefined) return 'unknown'
  const prefix = stringOf(config.shadow_rules_stat_prefix) ?? ''
  return {
    [`${prefix}shadow_engine_result`]: allowed ? 'allowed' : 'denied',
    ...(policy === undefined ? {} : { [`${prefix}shadow_effective_policy_id`]: policy }),
  }
}
