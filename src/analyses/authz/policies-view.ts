import type { ViewColumn, ViewRow } from '../../view.ts'
import type { AuthzPolicy, AuthzRule } from './policies.ts'
import { placeText } from './rbac-filters.ts'

const where: ViewColumn = { header: 'LOCATIONS', key: 'locations' }

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
export function columnsOf(policies: readonly AuthzPolicy[]): readonly ViewColumn[] {
  const isEverywhere = policies.every(({ isGathered }) => isGathered)
  return policyColumns.map((column) => (column === where && isEverywhere ? { ...where, wide: true } : column))
}

/** A policy as a row. ACTION, POLICY and RULES are those of `istioctl experimental authz check`. */
export function policyRow({ action, dryRun, name, rules, layers, locations }: AuthzPolicy): ViewRow {
  return {
    name,
    cells: [
      dryRun ? `${action} (dry run)` : action,
      name,
      new Set(rules.map(({ index }) => index)).size,
      layers.join('+'),
      rulesWords(rules),
      distinct(locations.map(placeText)),
      distinct(locations.map(({ filter }) => filter)),
    ],
  }
}

/** A policy as documents have it. */
export function policyDocument({ action, dryRun, name, layers, locations, rules }: AuthzPolicy): object {
  return { action, ...(dryRun ? { dryRun } : {}), policy: name, layers, rules: rules.map(ruleOf), locations }
}

/** The rules of a policy as Envoy has them, each under its name there. */
export function rawRules({ rules }: AuthzPolicy): object[] {
  return rules.flatMap(({ id, policy }) => (policy === undefined ? [] : [{ [id]: policy }]))
}

function distinct(texts: readonly string[]): string {
  return [...new Set(texts)].join('; ')
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
