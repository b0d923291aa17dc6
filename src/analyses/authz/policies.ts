import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { conditionWords } from './condition.ts'
import { matcherRules } from './matcher-rules.ts'
import { policyCondition } from './policy-condition.ts'
import { policyId } from './policy-id.ts'
import { type RbacFilter, type RbacLocation, rbacFilters } from './rbac-filters.ts'

/** A policy that a proxy enforces (or, dry, only counts). */
export interface AuthzPolicy {
  /** `DENY`, `ALLOW`, `LOG`; `CUSTOM` when an external authorizer decides. */
  readonly action: string
  /** Its matches are counted, not enforced. */
  readonly dryRun: boolean
  /** `NAME.NAMESPACE` of the AuthorizationPolicy, or Envoy's own name for it. */
  readonly name: string
  /** It is an object that a control plane puts into many filters, gathered from them; else one rule of one filter. */
  readonly isGathered: boolean
  readonly rules: readonly AuthzRule[]
  readonly layers: readonly ('HTTP' | 'TCP')[]
  /** Every filter that holds it. */
  readonly locations: readonly RbacLocation[]
}

export interface AuthzRule {
  /** Name of the rule's policy in Envoy. */
  readonly id: string
  /** Its place in the AuthorizationPolicy; empty when unknown. */
  readonly index: string
  readonly layer: 'HTTP' | 'TCP'
  readonly words: string
  /** As Envoy has it; absent for a leaf of a matcher tree. */
  readonly policy: JsonObject | undefined
}

/** istioctl's name for an action without a policy: nothing can match it. */
const matchesNothing = '_anonymous_match_nothing_'

/**
 * The policies of a proxy in the order in which a request meets them: filter by filter, in a filter as Envoy tries them. A rule is
 * in its place; only what is named after an object of Istio is gathered from all its places.
 */
export function authzPolicies(dump: ConfigDump): AuthzPolicy[] {
  const found = new Map<string, FoundPolicy>()
  for (const [place, filter] of rbacFilters(dump).entries()) {
    for (const [order, { isGathered, rule, ...labels }] of rulesOf(filter).entries()) {
      const key = JSON.stringify(isGathered ? Object.values(labels) : [place, order])
      const known: FoundPolicy = found.get(key) ?? { ...labels, isGathered, rules: new Map(), locations: [] }
      found.set(key, known)
      known.rules.set(JSON.stringify([rule.index, rule.layer, rule.words]), rule)
      // Each filter is met once, with all of its rules.
      if (known.locations.at(-1) !== filter.location) known.locations.push(filter.location)
    }
  }
  return [...found.values()].map(({ rules, ...policy }) => {
    const all = [...rules.values()]
    return { ...policy, rules: all, layers: layers.filter((layer) => all.some((rule) => rule.layer === layer)) }
  })
}

const layers = ['HTTP', 'TCP'] as const

interface FoundPolicy extends Omit<AuthzPolicy, 'rules' | 'layers' | 'locations'> {
  readonly rules: Map<string, AuthzRule>
  readonly locations: RbacLocation[]
}

interface FoundRule extends Pick<AuthzPolicy, 'action' | 'dryRun' | 'name' | 'isGathered'> {
  readonly rule: AuthzRule
}

function rulesOf({ layer, location, config }: RbacFilter): FoundRule[] {
  const isRouted = location.routeConfiguration !== undefined
  return [
    ...ofRules(config.rules, { layer, isRouted }, false),
    ...ofMatcher(config.matcher, layer, false),
    ...ofRules(config.shadow_rules, { layer, isRouted }, true),
    ...ofMatcher(config.shadow_matcher, layer, true),
  ]
}

interface Holder {
  readonly layer: 'HTTP' | 'TCP'
  /** A route has it, in place of the rules of the filter chain. */
  readonly isRouted: boolean
}

/** Envoy tries the policies of a filter in the order of their names. */
function ofRules(rules: unknown, { layer, isRouted }: Holder, shadow: boolean): FoundRule[] {
  if (!isObject(rules)) return []
  const action = stringOf(rules.action) ?? 'ALLOW'
  const policies = Object.entries(objectOf(rules.policies)).sort(([a], [b]) => (a < b ? -1 : 1))
  if (policies.length === 0) {
    const words = action === 'ALLOW' ? 'never: every request is denied' : 'never'
    const rule = { id: matchesNothing, index: '0', layer, words, policy: undefined }
    return [{ action, dryRun: shadow, name: matchesNothing, isGathered: !isRouted, rule }]
  }
  return policies.map(([id, value]) => {
    const { name, rule: index, custom } = policyId(id)
    const policy = objectOf(value)
    const rule = { id, index, layer, words: conditionWords(policyCondition(policy)), policy }
    const dryRun = shadow && !custom
    return { action: custom ? 'CUSTOM' : action, dryRun, name, isGathered: index !== '', rule }
  })
}

/** A matcher tree names an action at each leaf. https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto#config-rbac-v3-action */
function ofMatcher(matcher: unknown, layer: 'HTTP' | 'TCP', shadow: boolean): FoundRule[] {
  if (!isObject(matcher)) return []
  return matcherRules(matcher).map(({ condition, action, name, rule }) => {
    const words = conditionWords(condition)
    const own = { id: name, index: '', layer, words, policy: undefined }
    return { action, dryRun: shadow, name: policyId(rule).name, isGathered: false, rule: own }
  })
}
