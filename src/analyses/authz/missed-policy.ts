import type { MissedPolicy } from '../../semantics/rbac/missed-policies.ts'
import { conditionWords } from './condition.ts'
import { policyCondition } from './policy-condition.ts'
import { ruleName } from './policy-id.ts'

/** A policy that would have allowed a request, as documents have it. */
export interface MissedPolicyDocument {
  /** `rule 0 of NAME.NAMESPACE` of an AuthorizationPolicy. */
  readonly policy: string
  /** What does not hold of the request: `method GET or HEAD, principal x`; `never` of one that matches nothing. */
  readonly unmet: string
}

export function missedPolicyDocument({ name, unmet }: MissedPolicy): MissedPolicyDocument {
  return { policy: ruleName(name), unmet: conditionWords(policyCondition(unmet)) }
}

/** Policies that a text names; documents have all. */
const maxNamed = 3

/** `; unmet in rule 0 of a.b: method GET; in rule 0 of c.d: port 8080`; empty where there is no policy. */
export function missedText(missed: readonly MissedPolicyDocument[]): string {
  if (missed.length === 0) return ''
  const named = missed.slice(0, maxNamed).map(({ policy, unmet }) => `in ${policy}: ${unmet}`)
  const more = missed.length - named.length
  return `; unmet ${[...named, ...(more > 0 ? [`and in ${more} more`] : [])].join('; ')}`
}
