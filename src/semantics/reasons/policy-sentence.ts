import { type UnknownFact, unknownText } from './unknown-facts.ts'

/** Codes of what a single policy of an RBAC filter does. */
export type PolicyCode =
  | 'rbac-allowed'
  | 'rbac-logged'
  | 'rbac-denied'
  | 'rbac-cel-condition'
  | 'rbac-policy-undecided'
  | 'rbac-policy-depends-on-unknown'

/** What a policy does, by the code of the reason. */
const sentences: Readonly<Record<PolicyCode, (unknown: readonly UnknownFact[]) => string>> = {
  'rbac-allowed': () => 'allows it',
  'rbac-logged': () => 'only logs it',
  'rbac-denied': () => 'denies it',
  'rbac-cel-condition': () => 'has a CEL condition, which is not evaluated',
  'rbac-policy-undecided': () => 'depends on what a dump does not hold',
  'rbac-policy-depends-on-unknown': (unknown) => `depends on ${unknownText(unknown)}`,
}

/** The sentence of a reason about a policy, under the name that its reader knows. */
export function policySentence(code: PolicyCode, policy: string, unknown: readonly UnknownFact[] = []): string {
  return `${policy} ${sentences[code](unknown)}`
}
