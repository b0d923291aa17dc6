import type { View, ViewColumn } from '../../view.ts'
import type { AuthzPolicy, AuthzRule } from './policies.ts'
import { placeText } from './rbac-filters.ts'

const where: ViewColumn = { header: 'WHERE', key: 'locations' }

/** Columns of policies. */
export const policyColumns: readonly ViewColumn[] = [
  { header: 'ACTION', key: 'action' },
  { header: 'POLICY', key: 'policy' },
  { header: 'RULES', key: 'rules', types: ['number'] },
  { header: 'LAYER', key: 'layers' },
  { header: 'MATCHES', key: 'condition' },
  where,
  { header: 'FILTER', key: 'filter', wide: true },
]

/** Of objects that stand in many places alike, where is left to `-o wide`; of a rule it is half of what it says. */
function columnsOf(policies: readonly AuthzPolicy[]): readonly ViewColumn[] {
  const isEverywhere = policies.every(({ isGathered }) => isGathered)
  return policyColumns.map((column) => (column === where && isEverywhere ? { ...where, wide: true } : column))
}

/** The policies of a proxy. ACTION, POLICY and RULES are those of `istioctl experimental authz check`. */
export function policiesView(policies: readonly AuthzPolicy[], label: string): View {
  return {
    kind: 'policy',
    columns: columnsOf(policies),
    rows: policies.map((policy) => ({
      name: policy.name,
      cells: [
        policy.dryRun ? `${policy.action} (dry run)` : policy.action,
        policy.name,
        new Set(policy.rules.map(({ index }) => index)).size,
        policy.layers.join('+'),
        rulesWords(policy.rules),
        distinct(policy.locations.map(placeText)),
        distinct(policy.locations.map(({ filter }) => filter)),
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

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ')
}

function documentOf({ action, dryRun, name, layers, locations, rules }: AuthzPolicy) {
  return { action, ...(dryRun ? { dryRun } : {}), policy: name, layers, rules: rules.map(ruleOf), locations }
}

function ruleOf({ id, layer, words, policy }: AuthzRule) {
  return { id, layer, condition: words, ...(policy === undefined ? {} : { policy }) }
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
