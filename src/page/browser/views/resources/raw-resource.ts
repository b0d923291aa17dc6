import type { ConfigDump, Entry } from '../../../../envoy/dump/config-dump.ts'
import { sections } from '../../../../envoy/kinds.ts'
import { toCamelCase } from '../../../../envoy/proto-json/proto-json.ts'
import { AppError } from '../../../../errors.ts'
import { shownEntries } from '../../../../resources/contained/shown-entries.ts'
import type { AnyResourceKind } from '../../../../resources/resource-kind.ts'
import { resourceView } from '../../../../resources/resource-view.ts'
import { fragmentOf } from '../../../read/place.ts'
import { element } from '../../element.ts'
import { factList } from '../../fact-list.ts'
import { dataTable } from '../../table/data-table.ts'
import type { TableData } from '../../table/table-data.ts'
import type { PageView } from '../../view.ts'
import { jsonText } from './json-text.ts'
import { storedTableOf } from './kind-table.ts'
import { kindNamed, wordOf } from './shown-kinds.ts'

/** One resource: its rows, and all of it as JSON with Envoy's field names: `#proxy/ID/route/9080`. */
export const rawResource: PageView = {
  shows: ({ parts: [word, id, kind = '', name, ...more] }) =>
    word === 'proxy' && id !== undefined && kindNamed(kind) !== undefined && name !== undefined && more.length === 0,
  title: ({ parts: [, , kind = '', name = ''] }) => `${kindNamed(kind)?.kind ?? kind} ${name}`,
  async show(host, { parts: [, id = '', word = '', name = ''] }, page) {
    const [proxy, kind] = [page.proxy(id), kindNamed(word)]
    if (proxy === undefined || kind === undefined) throw new Error(`the page has no proxy ${id}`)
    const dump = await proxy.dump()
    const entries = entriesNamed(kind, dump, name)
    if (entries.length === 0) throw new AppError(`${id} has no ${kind.kind} ${name}`)
    const view: TableData =
      (await storedTableOf(proxy, kind.name)) ?? resourceView(kind, dump, { wanted: {}, label: id, now: page.now })
    const rows = view.rows.filter((row) => row.name.toWellFormed() === name)
    host.append(
      element(
        'p',
        {},
        element('a', { href: fragmentOf(['proxy', id, wordOf(kind)]) }, `All ${kind.name}`),
        ' · ',
        element(
          'a',
          { href: fragmentOf(['proxy', id, 'graph'], new URLSearchParams({ search: name })) },
          'In the graph',
        ),
      ),
    )
    if (rows.length > 0)
      host.append(dataTable({ ...view, rows }, { label: `Rows of ${kind.kind} ${name}`, isPlain: true }))
    for (const entry of entries) host.append(...partsOf(entry, `${kind.kind} ${name}`))
  },
}

function partsOf(entry: Entry, label: string): HTMLElement[] {
  const { type } = sections[entry.kind]
  return [
    element('h2', {}, `Resource, ${entry.state}`),
    factList([
      ['Version', entry.version],
      ['Last updated', entry.lastUpdated],
      ['Rejected', entry.error?.details],
      ['Rejected version', entry.error?.version],
      ['Rejected at', entry.error?.lastAttempt],
      ['Inside', entry.holder],
    ]),
    jsonText(toCamelCase(entry.resource, type), label),
  ]
}

/** The entries that rows of this name come from. An address has no halves of characters: they are compared without. */
function entriesNamed(kind: AnyResourceKind, dump: ConfigDump, name: string): Entry[] {
  const shown = shownEntries(kind.fallback?.(dump) ?? kind, dump)
  return [...(shown?.all() ?? [])].filter((entry) => !entry.isDuplicate && entry.name.toWellFormed() === name)
}
