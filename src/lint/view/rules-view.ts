import type { View } from '../../view.ts'
import type { RuleFacts } from '../rule.ts'
import { linkOf } from '../run/finding.ts'
import { allFixWords } from '../run/fix-words.ts'
import { ruleColumns } from './schemas.ts'

/** The rules as a table. */
export function rulesView(rules: readonly RuleFacts[]): View {
  const document = () => ({ value: rules.map(factsOf) })
  return {
    kind: 'rule',
    columns: ruleColumns,
    rows: rules.map((rule) => ({
      name: rule.id,
      cells: [rule.id, rule.profile, rule.severity, rule.title, rule.detects, rule.fix, linkOf(rule)],
    })),
    document,
    raw: document,
    notes: [],
    empty: 'No rule of these profiles.',
  }
}

/** All that a rule tells of itself. */
export function ruleView(rule: RuleFacts): View {
  return { ...rulesView([rule]), texts: { table: () => ruleText(rule) } }
}

function factsOf(rule: RuleFacts): object {
  const { id, profile, severity, title, detects, impact, exceptions, fix, sources } = rule
  return { id, profile, severity, title, detects, impact, exceptions, fix, sources, link: linkOf(rule) }
}

function* ruleText(rule: RuleFacts) {
  const { id, profile, severity, title, detects, impact, exceptions, fix, sources } = rule
  yield `${id}: ${title}`
  yield `profile ${profile}, severity ${severity}`
  for (const [heading, text] of [
    ['What it detects', detects],
    ['Impact', impact],
    ['Left out', exceptions],
    ['What to do', fix],
  ] as const) {
    if (text !== undefined) {
      yield ''
      yield `${heading}:`
      yield `  ${text}`
    }
  }
  for (const words of allFixWords(rule)) yield `  ${words}`
  yield ''
  yield 'Sources:'
  for (const source of sources) yield `  ${source}`
}
