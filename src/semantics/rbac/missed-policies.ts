import { isObject, type Json, type JsonObject, objectOf, objectsOf } from '../../envoy/json.ts'
import type { Truth } from '../matching/ternary.ts'

/** A policy that does not match a request. */
export interface MissedPolicy {
  readonly name: string
  /** Of its permissions and principals only what does not hold; `any` where one of them holds, or may. */
  readonly unmet: JsonObject
}

/** Whether a permission or a principal matches, as far as is known. */
interface Matching {
  readonly permission: (rule: JsonObject) => Truth
  readonly principal: (rule: JsonObject) => Truth
}

/** What of each policy does not hold: those that lack least come first. */
export function missedPolicies(
  policies: readonly (readonly [string, Json | undefined])[],
  { permission, principal }: Matching,
): MissedPolicy[] {
  return policies
    .map(([name, policy]) => {
      const { permissions, principals } = objectOf(policy)
      const [first, second] = [
        unmetOfAny(objectsOf(permissions), permission),
        unmetOfAny(objectsOf(principals), principal),
      ]
      return {
        name,
        unmet: { permissions: [...(first?.rules ?? anything)], principals: [...(second?.rules ?? anything)] },
        count: (first?.count ?? 0) + (second?.count ?? 0),
      }
    })
    .sort((a, b) => a.count - b.count)
    .map(({ name, unmet }) => ({ name, unmet }))
}

const anything: readonly JsonObject[] = [{ any: true }]

interface Unmet {
  readonly rules: readonly JsonObject[]
  /** Conditions that have to hold as well, at least. */
  readonly count: number
}

/** Of alternatives: undefined where one of them holds, or may. */
function unmetOfAny(rules: readonly JsonObject[], matches: (rule: JsonObject) => Truth): Unmet | undefined {
  const each = rules.map((rule) => unmetOf(rule, matches))
  if (each.includes(undefined)) return undefined
  const found = each.filter((one) => one !== undefined)
  return {
    rules: found.flatMap((one) => one.rules),
    count: found.reduce((least, { count }) => Math.min(least, count), Number.POSITIVE_INFINITY),
  }
}

function unmetOf(rule: JsonObject, matches: (rule: JsonObject) => Truth): Unmet | undefined {
  if (matches(rule) !== false) return undefined
  const all = rule.and_rules ?? rule.and_ids
  if (isObject(all)) {
    const found = objectsOf(all.rules ?? all.ids).flatMap((part) => unmetOf(part, matches) ?? [])
    const rules = found.flatMap((part) => part.rules)
    return { rules: [{ and_rules: { rules } }], count: found.reduce((sum, { count }) => sum + count, 0) }
  }
  const any = rule.or_rules ?? rule.or_ids
  const found = isObject(any) ? unmetOfAny(objectsOf(any.rules ?? any.ids), matches) : undefined
  return found === undefined
    ? { rules: [rule], count: 1 }
    : { rules: [{ or_rules: { rules: [...found.rules] } }], count: found.count }
}
