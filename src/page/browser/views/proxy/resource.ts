import type { ConfigDump, Entry } from '../../../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../../../envoy/json.ts'
import { sections } from '../../../../envoy/kinds.ts'
import { toCamelCase } from '../../../../envoy/proto-json/proto-json.ts'
import { shownEntries } from '../../../../resources/contained/shown-entries.ts'
import { servingListeners } from '../../../../semantics/connection/listeners.ts'
import { fragmentOf } from '../../../read/place.ts'
import { element } from '../../element.ts'
import { factList } from '../../facts.ts'
import { jsonBlock } from '../../json-block.ts'
import { cutText } from '../../long-text.ts'
import { kindOfWord, kindWord, proxyTabs } from '../../proxy-tabs.ts'
import { dataTable } from '../../table/data-table.ts'
import type { PageView } from '../../view.ts'
import { rowsOfKind } from './rows-of-kind.ts'

/** A resource: its rows, and all of it as JSON, in each state that it is in: `#proxy/ID/route/9080`. */
export const resourcePlace: PageView = {
  shows: ({ parts: [word, id, kind, ...name] }) =>
    word === 'proxy' && id !== undefined && kind !== undefined && kindOfWord(kind) !== undefined && name.length > 0,
  title: ({ parts: [, , word = '', ...name] }) => `${kindOfWord(word)?.kind ?? word} ${name.join('/')}`,
  async show(host, { parts: [, id = '', word = '', ...parts] }, page) {
    const kind = kindOfWord(word)
    if (kind === undefined) throw new Error(`There is no kind ${word}.`)
    const name = parts.join('/')
    const proxy = page.requireProxy(id)
    host.append(proxyTabs(proxy, kindWord(kind)))
    const dump = await proxy.dump()
    // An address has no halves of characters: names are compared without.
    const isNamed = (each: { readonly name: string }) => each.name.toWellFormed() === name
    const shown = shownEntries(kind.fallback?.(dump) ?? kind, dump)?.all() ?? []
    const listeners = kind.entries === 'listeners' ? namelessListeners(dump, name) : []
    const entries = shown.filter(
      (entry) => (isNamed(entry) || listeners.includes(entry.resource)) && !entry.isDuplicate,
    )
    const table = await rowsOfKind(kind, proxy, page)
    const rows = table?.rows.filter(isNamed) ?? []
    if (entries.length === 0 && rows.length === 0)
      throw new Error(`${id} has no ${kind.kind} of this name: ${cutText(name)}.`)
    host.append(
      element(
        'p',
        {},
        element('a', { href: fragmentOf(['proxy', id, kindWord(kind)]) }, `All ${kind.name}`),
        ' of ',
        element('a', { href: fragmentOf(['proxy', id]) }, cutText(id)),
        ' · ',
        element(
          'a',
          { href: fragmentOf(['proxy', id, 'graph'], new URLSearchParams({ search: name })) },
          'In the graph',
        ),
      ),
    )
    if (table !== undefined && rows.length > 0)
      host.append(dataTable({ caption: `Rows of ${kind.kind} ${name}`, ...table, rows, plain: rows.length <= 10 }))
    for (const [at, entry] of entries.entries()) host.append(entryElement(entry, `${kind.kind} ${name}, ${at + 1}`))
  },
}

/** Listeners without a name are called by their address, in findings and in the graph. */
function namelessListeners(dump: ConfigDump, name: string): JsonObject[] {
  return servingListeners(dump)
    .filter((listener) => listener.entry.name === '' && listener.name.toWellFormed() === name)
    .map(({ resource }) => resource)
}

function entryElement(entry: Entry, label: string): HTMLElement {
  const { type } = sections[entry.kind]
  return element(
    'section',
    { 'aria-label': `Resource ${label}` },
    factList([
      ['State', entry.state.toUpperCase()],
      ['Version', entry.version],
      ['Last updated', entry.lastUpdated],
      ['In', entry.holder],
      ['Rejected', entry.error && element('span', { class: 'bad' }, entry.error.details)],
      ['Rejected version', entry.error?.version],
      ['Rejected at', entry.error?.lastAttempt],
      ['Type', type],
    ]),
    jsonBlock(toCamelCase(entry.resource, type), label),
  )
}
