import type { View } from '../view.ts'
import type { ZtunnelDump } from './dump.ts'
import type { ZtunnelFilters, ZtunnelKind } from './kind.ts'

interface KindViewInput {
  readonly dump: ZtunnelDump
  readonly filters: ZtunnelFilters
  readonly now: Date
  readonly label: string
}

/** A ztunnel's dump seen through one kind. Documents hold the entries as received, in the order of the rows. */
export function kindView(kind: ZtunnelKind, { dump, filters, now, label }: KindViewInput): View {
  const rows = kind.rows(dump, filters, now)
  const narrowed = Object.entries(filters).some(([name, value]) => name !== 'raw' && value !== undefined)
  const entries = () => [...new Set(rows.map(({ source }) => source))]
  return {
    kind: kind.kind,
    columns: kind.columns,
    rows,
    document: () => ({ list: entries() }),
    rowItems: async () => rows.map(({ source }) => source),
    raw: () => ({ list: entries() }),
    notes: [],
    empty: dump.present.includes(kind.section)
      ? `No ${kind.name} found${narrowed ? ' that match the filters' : ''} in ${label}.`
      : `${label} says nothing of ${kind.name}: it has no ${kind.section} section.`,
  }
}
