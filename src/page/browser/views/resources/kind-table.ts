import { resourceView } from '../../../../resources/resource-view.ts'
import { fragmentOf, type Place } from '../../../read/place.ts'
import { element } from '../../element.ts'
import type { PageProxy } from '../../proxies.ts'
import { dataTable } from '../../table/data-table.ts'
import type { TableData, TableRow } from '../../table/table-data.ts'
import type { PageView } from '../../view.ts'
import { jsonText } from './json-text.ts'
import { isTable, kindNamed, titleOf, wordOf } from './shown-kinds.ts'

/** All resources of a kind that a proxy has loaded: `#proxy/ID/cluster`. */
export const kindTable: PageView = {
  shows: ({ parts: [word, id, kind = '', ...more] }) =>
    word === 'proxy' && id !== undefined && kindNamed(kind) !== undefined && more.length === 0,
  title({ parts: [, id = '', word = ''] }) {
    const kind = kindNamed(word)
    return `${kind === undefined ? word : titleOf(kind)} of ${id}`
  },
  async show(host, place, page) {
    const [, id = '', word = ''] = place.parts
    const [proxy, kind] = [page.proxy(id), kindNamed(word)]
    if (proxy === undefined || kind === undefined) throw new Error(`the page has no proxy ${id}`)
    const dump = await proxy.dump()
    const view = resourceView(kind, dump, { wanted: {}, label: id, now: page.now })
    if (!isTable(kind)) {
      const { value } = { value: undefined, ...view.document() }
      host.append(jsonText(value, `${kind.kind} of ${id}`))
      return
    }
    const stored = await storedTableOf(proxy, kind.name)
    const data: TableData = stored ?? view
    host.append(
      ...notesOf(stored?.notes ?? view.notes),
      dataTable(data, {
        label: `${kind.name} of ${id}`,
        href: (row, column) => (column === 0 ? resourceAddress(id, wordOf(kind), row) : undefined),
        search: place.query.get('search') ?? '',
        searched: (text) => keepSearch(place, text),
      }),
    )
  },
}

/** Where a row's resource is; undefined for one without a name. */
function resourceAddress(proxy: string, word: string, { name }: TableRow): string | undefined {
  return name === '' ? undefined : fragmentOf(['proxy', proxy, word, name])
}

/** A table that was worked out before, where a browser cannot. */
export async function storedTableOf(
  proxy: PageProxy,
  kind: string,
): Promise<(TableData & { readonly notes: readonly string[] }) | undefined> {
  return await proxy.table(kind)
}

/** What is to be said beside a table. */
export function notesOf(notes: readonly string[]): HTMLElement[] {
  if (notes.length === 0) return []
  return [element('ul', { class: 'notes' }, ...notes.map((note) => element('li', {}, note)))]
}

/** Keeps what is searched for in the address, so that it can be sent to somebody. */
function keepSearch({ parts }: Place, text: string): void {
  const query = new URLSearchParams(text === '' ? {} : { search: text })
  history.replaceState(null, '', fragmentOf(parts, query))
}
