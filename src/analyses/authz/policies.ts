import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { conditionWords } from './condition.ts'
import { matcherRules } from './matcher-rules.ts'
import { policyCondition } from './policy-condition.ts'
import { policyId } from './policy-id.ts'
import { type RbacFilter, rbacFilters } from './rbac-filters.ts'

/** A policy that a proxy enforces (or, dry, only counts), gathered from every filter that holds it. */
export interface AuthzPolicy {
  /** `DENY`, `ALLOW`, `LOG`; `CUSTOM` when an external authorizer decides. */
  readonly action: string
  /** Its matches are counted, not enforced. */
  readonly dryRun: boolean
  /** `NAME.NAMESPACE` of the AuthorizationPolicy, or Envoy's own name for it. */
  readonly name: string
  readonly rules: readonly AuthzRule[]
  readonly layers: readonly ('HTTP' | 'TCP')[]
  /** Listener and filter chain, or route, of every filter that holds it. */
  readonly places: readonly string[]
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

const actions = ['DENY', 'ALLOW', 'LOG', 'CUSTOM']

/** The policies of a proxy in the order they are enforced in: DENY, ALLOW, LOG, CUSTOM, each by name; dry runs last. */
export function authzPolicies(dump: ConfigDump): AuthzPolicy[] {
  const found = new Map<string, { policy: AuthzPolicy; rules: Map<string, AuthzRule>; places: Set<string> }>()
  for (const filter of rbacFilters(dump)) {
    for (const { action, dryRun, name, rule } of rulesOf(filter)) {
      const key = JSON.stringify([action, dryRun, name])
      const empty: AuthzPolicy = { action, dryRun, name, rules: [], layers: [], places: [] }
      const known = found.get(key) ?? { policy: empty, rules: new Map(), places: new Set() }
      found.set(key, known)
      known.rules.set(JSON.stringify([rule.index, rule.layer, rule.words]), rule)
      known.places.add(filter.place)
    }
  }
  return [...found.values()]
    .map(({ policy, rules, places }) => ({
      ...policy,
      rules: [...rules.values()],
      layers: (['HTTP', 'TCP'] as const).filter((layer) => [...rules.values()].some((rule) => rule.layer === layer)),
      places: [...places],
    }))
    .sort(
      (a, b) =>
        Number(a.dryRun) - Number(b.dryRun) ||
        actions.indexOf(a.action) - actions.indexOf(b.action) ||
        (a.name < b.name ? -1 : 1),
    )
}

interface FoundRule {
  readonly action: string
  readonly dryRun: boolean
  readonly name: string
  readonly rule: AuthzRule
}

function rulesOf({ layer, config }: RbacFilter): FoundRule[] {
  return [
    ...ofRules(config.rules, layer, false),
    ...ofMatcher(config.matcher, layer, false),
    ...ofRules(config.shadow_rules, layer, true),
    ...ofMatcher(config.shadow_matcher, layer, true),
  ]
}

function ofRules(rules: unknown, layer: 'HTTP' | 'TCP', shadow: boolean): FoundRule[] {
  if (!isObject(rules)) return []
  const action = stringOf(rules.action) ?? 'ALLOW'
  const policies = Object.entries(objectOf(rules.policies))
  if (policies.length === 0) {
    const words = action === 'ALLOW' ? 'never: every request is denied' : 'never'
    const rule = { id: matchesNothing, index: '0', layer, words, policy: undefined }
    return [{ action, dryRun: shadow, name: matchesNothing, rule }]
  }
  return policies.map(([id, value]) => {
    const { name, rule: index, custom } = policyId(id)
    const policy = objectOf(value)
    const rule = { id, index, layer, words: conditionWords(policyCondition(policy)), policy }
    return { action: custom ? 'CUSTOM' : action, dryRun: shadow && !custom, name, rule }
  })
}

/** A matcher tree names an action at each leaf. https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/rbac/v3/rbac.proto#config-rbac-v3-action */
function ofMatcher(matcher: unknown, layer: 'HTTP' | 'TCP', shadow: boolean): FoundRule[] {
  if (!isObject(matcher)) return []
  return matcherRules(matcher).map(({ condition, action, name, rule }) => {
    const words = conditionWords(condition)
    return { action, dryRun: shadow, name: rule, rule: { id: name, index: words, layer, words, policy: undefined } }
  })
}
