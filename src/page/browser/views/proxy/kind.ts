import { sections } from '../../../../envoy/kinds.ts'
import { toCamelCase } from '../../../../envoy/proto-json/proto-json.ts'
import { fragmentOf, type Place } from '../../../read/place.ts'
import { element } from '../../element.ts'
import { noteList } from '../../facts.ts'
import { jsonBlock } from '../../json-block.ts'
import { kindOfWord, kindTitle, kindWord, proxyTabs } from '../../proxy-tabs.ts'
import { dataTable } from '../../table/data-table.ts'
import type { PageView } from '../../view.ts'
import { rowsOfKind } from './rows-of-kind.ts'

/** The table of one kind: `#proxy/ID/cluster`. */
export const kindTable: PageView = {
  shows: ({ parts: [word, id, kind, ...more] }) =>
    word === 'proxy' && id !== undefined && kind !== undefined && kindOfWord(kind) !== undefined && more.length === 0,
  title({ parts: [, id = '', word = ''] }) {
    const kind = kindOfWord(word)
    return `${kind === undefined ? word : kindTitle(kind)} of ${id}`
  },
  async show(host, place, page) {
    const [, id = '', word = ''] = place.parts
    const kind = kindOfWord(word)
    if (kind === undefined) throw new Error(`There is no kind ${word}.`)
    const proxy = page.requireProxy(id)
    host.append(proxyTabs(proxy, kindWord(kind)))
    const table = await rowsOfKind(kind, proxy, page)
    if (table === undefined) {
      host.append(element('p', { class: 'quiet' }, `The dump has no section of ${kind.name}.`))
      return
    }
    const notes = noteList(table.notes)
    if (notes !== undefined) host.append(notes)
    host.append(
      dataTable({
        caption: kind.name,
        columns: table.columns,
        rows: table.rows.map((row) =>
          row.name === '' ? row : { ...row, href: fragmentOf(['proxy', id, kindWord(kind), row.name]) },
        ),
        empty: table.empty,
        search: place.query.get('search') ?? '',
        searched: (text) => keepSearch(place, text),
      }),
    )
    // A kind of one resource, which its table only sums up.
    if (sections[kind.entries].lists.length > 0) return
    for (const { resource } of (await proxy.dump()).entries(kind.entries))
      host.append(jsonBlock(toCamelCase(resource, sections[kind.entries].type), kind.name))
  },
}

/** Keeps what is searched for in the address, so that it can be sent to somebody. */
function keepSearch({ parts }: Place, text: string): void {
  history.replaceState(null, '', fragmentOf(parts, new URLSearchParams(text === '' ? {} : { search: text })))
}
