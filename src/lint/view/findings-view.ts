import { type View, type ViewRow, withTones } from '../../view.ts'
import type { RuleFacts } from '../rule.ts'
import type { Finding } from '../run/finding.ts'
import { github, junit, sarif } from './machine-texts.ts'
import { findingColumns } from './schemas.ts'

interface Shown {
  readonly findings: readonly Finding[]
  /** Those that were asked. */
  readonly rules: readonly RuleFacts[]
  /** Whether several proxies were asked. */
  readonly many: boolean
  readonly notes: readonly string[]
  /** What is said where nothing was found. */
  readonly empty: string
}

/** Findings as rows and as documents; the texts that only this view has come with it. */
export function findingsView({ findings, rules, many, notes, empty }: Shown): View {
  const columns = findingColumns.map((column) =>
    column.key === 'proxyCount' && many ? { ...column, wide: false } : column,
  )
  const document = () => ({ value: findings })
  const texts = {
    sarif: () => sarif(findings, rules),
    junit: () => junit(findings, rules),
    github: () => github(findings),
  }
  return { kind: 'finding', columns, rows: findings.map(rowOf), document, raw: document, texts, notes, empty }
}

function rowOf(finding: Finding): ViewRow {
  const { severity, rule, resource, message, places, object, proxies, reachedBy, path, profile, fix, link } = finding
  return {
    name: resource,
    // One resource may have findings of several rules.
    kind: `finding/${rule}`,
    cells: [
      severity,
      rule,
      resource,
      message,
      places,
      object,
      proxies.length,
      reachedBy,
      path,
      profile,
      fix,
      link,
      proxies.join(', '),
    ],
    ...withTones({ severity: severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : undefined }),
  }
}
