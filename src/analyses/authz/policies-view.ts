import type { View, ViewColumn } from '../../view.ts'
import type { AuthzPolicy, AuthzRule } from './policies.ts'

/** Columns of policies. */
export const policyColumns: readonly ViewColumn[] = [
  { header: 'ACTION', key: 'action' },
  { header: 'POLICY', key: 'policy' },
  { header: 'RULES', key: 'rules', types: ['number'] },
  { header: 'ON', key: 'on' },
  { header: 'MATCHES', key: 'matches' },
  { header: 'WHERE', key: 'where', wide: true },
]

/** The policies of a proxy. ACTION, POLICY and RULES are those of `istioctl experimental authz check`. */
export function policiesView(policies: readonly AuthzPolicy[], label: string): View {
  return {
    kind: 'policy',
    columns: policyColumns,
    rows: policies.map((policy) => ({
      name: policy.name,
      cells: [
        policy.dryRun ? `${policy.action} (dry run)` : policy.action,
        policy.name,
        new Set(policy.rules.map(({ index }) => index)).size,
        policy.layers.join('+'),
        rulesWords(policy.rules),
        policy.places.join('; '),
      ],
    })),
    document: () => ({ list: policies.map(documentOf) }),
    rowItems: async () => policies.map(documentOf),
    raw: () => ({
      list: policies.flatMap(({ rules }) =>
        rules.flatMap(({ id, policy }) => (policy === undefined ? [] : [{ [id]: policy }])),
      ),
    }),
    notes: [],
    empty: `No authorization policies found in ${label}.`,
  }
}

function documentOf({ action, dryRun, name, layers, places, rules }: AuthzPolicy) {
  return { action, ...(dryRun ? { dryRun } : {}), policy: name, on: layers, rules: rules.map(ruleOf), where: places }
}

function ruleOf({ id, layer, words, policy }: AuthzRule) {
  return { id, on: layer, matches: words, ...(policy === undefined ? {} : { policy }) }
}

/** Each rule once, by its place in the policy, or in the order of the matcher tree. Over TCP a rule may say something else than over HTTP. */
function rulesWords(rules: readonly AuthzRule[]): string {
  const byIndex = Map.groupBy(rules, ({ index }) => index)
  return [...byIndex]
    .toSorted(([a], [b]) => (Number(a) || 0) - (Number(b) || 0))
    .map(([, own]) => ruleWords(own))
    .join(' | ')
}

function ruleWords(rules: readonly AuthzRule[]): string {
  const [first, ...others] = rules
  if (first === undefined) return ''
  if (others.every(({ words }) => words === first.words)) return first.words
  return rules.map(({ layer, words }) => `${layer}: ${words}`).join('; ')
}
