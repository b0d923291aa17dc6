import { isObject, type JsonObject } from '../../envoy/json.ts'
import { type MatcherWords, matcherPaths } from '../../envoy/model/matcher-paths.ts'
import { type RbacAction, rbacAction } from '../../envoy/model/rbac-action.ts'
import type { Condition } from './condition.ts'
import { anyOf, inputCondition, predicateCondition, subjectOf } from './input-conditions.ts'
import { leaf } from './leaf-conditions.ts'

/** An action of a matcher tree and what leads to it. */
export interface MatcherRule extends RbacAction {
  readonly condition: Condition
}

/** The actions of the matcher tree of an RBAC filter, in the order they are tried in; the first that matches counts. */
export function matcherRules(matcher: JsonObject): MatcherRule[] {
  const rules = matcherPaths(matcher, words).map(
    ({ steps, action = {} }): MatcherRule => ({ condition: { is: 'all', parts: steps }, ...rbacAction(action) }),
  )
  return isObject(matcher.on_no_match) ? rules : [...rules, deniedByNone]
}

const anythingElse = leaf('anything else', '')

/** What no action takes is denied, in Envoy's log by the policy `none`. */
const deniedByNone: MatcherRule = { condition: anythingElse, action: 'DENY', name: 'none', rule: 'none' }

const words: MatcherWords<Condition> = {
  predicate: predicateCondition,
  value: (input, comparison, value) => inputCondition(input, { [comparison]: value }),
  anyOf,
  unknown: (input, message) => leaf(`${subjectOf(input)} by ${message}`, ''),
  otherwise: (alone) => (alone ? [] : [anythingElse]),
}
