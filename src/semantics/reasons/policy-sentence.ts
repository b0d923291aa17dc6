/** Codes of what a single policy of an RBAC filter does. */
export type PolicyCode = 'rbac-allowed' | 'rbac-logged' | 'rbac-denied' | 'rbac-cel-condition' | 'rbac-policy-undecided'

/** What a policy does, by the code of the reason. */
const sentences: Readonly<Record<PolicyCode, string>> = {
  'rbac-allowed': 'allows it',
  'rbac-logged': 'only logs it',
  'rbac-denied': 'denies it',
  'rbac-cel-condition': 'has a CEL condition, which is not evaluated',
  'rbac-policy-undecided': 'depends on what a dump does not hold',
}

/** The sentence of a reason about a policy, under the name that its reader knows. */
export function policySentence(code: PolicyCode, policy: string): string {
  return `${policy} ${sentences[code]}`
}
