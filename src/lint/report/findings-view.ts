import { type View, type ViewRow, withTones } from '../../view.ts'
import type { Finding } from '../run/finding.ts'
import { findingColumns } from './reports.ts'

interface Shown {
  readonly findings: readonly Finding[]
  /** Whether several proxies were asked. */
  readonly many: boolean
  readonly notes: readonly string[]
  /** What is said where nothing was found. */
  readonly empty: string
}

/** Findings as rows and as documents; the texts that only this view has come with it. */
export function findingsView({ findings, many, notes, empty }: Shown): View {
  const columns = findingColumns.map((column) =>
    column.key === 'proxies' && many ? { ...column, wide: false } : column,
  )
  const document = () => ({ value: findings })
  return { kind: 'finding', columns, rows: findings.map(rowOf), document, raw: document, notes, empty }
}

function rowOf(finding: Finding): ViewRow {
  const { severity, rule, resource, says, places, object, proxies, reachedBy, path, profile, fix, link } = finding
  return {
    name: resource,
    cells: [
      severity,
      rule,
      resource,
      says,
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
