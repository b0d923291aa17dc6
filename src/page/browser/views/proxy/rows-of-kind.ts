import type { ConfigDump } from '../../../../envoy/dump/config-dump.ts'
import { shownEntries } from '../../../../resources/contained/shown-entries.ts'
import type { AnyResourceKind } from '../../../../resources/resource-kind.ts'
import { resourceView } from '../../../../resources/resource-view.ts'
import type { Tones } from '../../../../view.ts'
import type { PageData, PageProxy } from '../../proxies.ts'
import type { TableCell, TableColumn } from '../../table/table-model.ts'

/** The rows of a kind, worked out here or before. */
interface KindRows {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly {
    readonly name: string
    readonly cells: readonly TableCell[]
    readonly tones?: Tones
  }[]
  readonly empty: string
  readonly notes: readonly string[]
}

/** The table of a kind; undefined where the dump says nothing of it. */
export async function rowsOfKind(
  kind: AnyResourceKind,
  proxy: PageProxy,
  { now }: PageData,
): Promise<KindRows | undefined> {
  const stored = await proxy.table(kind.name)
  if (stored !== undefined) return stored
  const dump = await proxy.dump()
  if (isMissing(kind, dump)) return undefined
  const { columns, rows, notes, empty } = resourceView(kind, dump, { wanted: {}, label: proxy.id, now })
  return { columns, rows, notes, empty }
}

/** Whether a dump says nothing of a kind, neither in a section nor within other resources. */
function isMissing(kind: AnyResourceKind, dump: ConfigDump): boolean {
  return shownEntries(kind.fallback?.(dump) ?? kind, dump) === undefined
}
