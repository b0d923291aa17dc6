import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { metadataMatches } from '../matching/metadata-match.ts'
import { evaluateRbac } from './evaluate-rbac.ts'
import type { RbacContext } from './rbac-decision.ts'

const namespace = 'envoy.filters.http.rbac'
const policyKey = 'shadow_effective_policy_id'
const resultKey = 'shadow_engine_result'

/**
 * The dynamic metadata that the shadow rules of an HTTP RBAC filter leave behind; undefined without shadow rules, or when their result is
 * not known. Istio's CUSTOM policies work by it: ext_authz runs only where their shadow rules matched.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter#dynamic-metadata
 */
export function shadowMetadata(config: JsonObject, context: RbacContext): JsonObject | undefined {
  if (!isObject(config.shadow_rules)) return undefined
  const { allowed, policy } = evaluateRbac({ rules: config.shadow_rules }, context)
  if (allowed === undefined) return undefined
  const prefix = stringOf(config.shadow_rules_stat_prefix) ?? ''
  return {
    [namespace]: {
      [`${prefix}${resultKey}`]: allowed ? 'allowed' : 'denied',
      ...(policy === undefined ? {} : { [`${prefix}${policyKey}`]: policy }),
    },
  }
}

/** Whether an ext_authz filter is certainly skipped, because no shadow rule left the metadata that turns it on. */
export function extAuthzSkipped(config: JsonObject, metadata: JsonObject | undefined): boolean {
  const enabled = config.filter_enabled_metadata
  if (!isObject(enabled) || enabled.filter !== namespace) return false
  const [segment] = objectsOf(enabled.path)
  const key = stringOf(segment?.key) ?? ''
  const result = key.slice(0, -policyKey.length) + resultKey
  if (!key.endsWith(policyKey) || objectOf(metadata?.[namespace])[result] === undefined) return false
  return !metadataMatches(enabled, metadata ?? {})
}
