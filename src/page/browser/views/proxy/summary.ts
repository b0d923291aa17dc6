import type { ConfigDump } from '../../../../envoy/dump/config-dump.ts'
import { resourceKinds } from '../../../../resources/index.ts'
import { resourceView } from '../../../../resources/resource-view.ts'
import { fragmentOf } from '../../../read/place.ts'
import { element } from '../../element.ts'
import { factList, noteList } from '../../facts.ts'
import { rowsAbout, syncStates } from '../../mesh.ts'
import type { PageData, PageProxy } from '../../proxies.ts'
import { kindWord, proxyTabs } from '../../proxy-tabs.ts'
import { dataTable } from '../../table/data-table.ts'
import { meshTable } from '../../table/mesh-table.ts'
import type { PageView } from '../../view.ts'
import { controlPlaneText } from '../overview/proxy-rows.ts'

/** One proxy: who it is, what is wrong with it, how much it has loaded. */
export const proxySummary: PageView = {
  shows: ({ parts: [word, id, ...more] }) => word === 'proxy' && id !== undefined && more.length === 0,
  title: ({ parts: [, id = ''] }) => id,
  async show(host, { parts: [, id = ''] }, page) {
    const proxy = page.requireProxy(id)
    host.append(proxyTabs(proxy), factsOf(proxy, page))
    const dump = await proxy.dump()
    const notes = noteList(notesOf(dump, proxy, page))
    if (notes !== undefined) host.append(notes)
    host.append(
      ...findingsOf(page, 'findings', 'Findings', proxy),
      ...findingsOf(page, 'fleet', 'Fleet findings', proxy),
    )
    host.append(element('h2', {}, 'Loaded'), dataTable(loadedTable(dump, proxy)))
    host.append(compareChoice(proxy, page))
  },
}

/** The findings that are about a proxy; of the fleet only where there are some. */
function findingsOf(page: PageData, name: 'findings' | 'fleet', caption: string, proxy: PageProxy): HTMLElement[] {
  const found = rowsAbout(page, name, proxy)
  if (found === undefined || (name === 'fleet' && found.rows.length === 0)) return []
  return [
    element('h2', {}, caption),
    meshTable(page, name, { rows: found.rows, caption, plain: found.rows.length <= 10 }),
  ]
}

function factsOf({ facts }: PageProxy, page: PageData): HTMLElement {
  const sync = syncStates(page).get(facts.id)
  return factList([
    ['Namespace', facts.namespace],
    ['Workload', facts.workload],
    ['Node', facts.node],
    ['Kube cluster', facts.context],
    ['Envoy', facts.envoyVersion],
    ['Control plane', controlPlaneText(facts)],
    ['Sync', sync && element('span', { class: sync.tone }, sync.status)],
    ['Read', facts.readAt],
    ['Source', facts.label === facts.id ? undefined : facts.label],
  ])
}

/** What the tables of every kind note, each once: rejected updates, what warms, where the dump was cut short. */
function notesOf(dump: ConfigDump, { id }: PageProxy, { now }: PageData): string[] {
  const notes = new Set(dump.notes)
  for (const kind of resourceKinds) {
    if (kind.name === 'secrets' || !dump.has(kind.entries)) continue
    for (const note of resourceView(kind, dump, { wanted: {}, label: id, now }).notes) notes.add(note)
  }
  const missing = ['clusters', 'listeners', 'routes', 'endpoints'] as const
  for (const kind of missing)
    if (!dump.has(kind)) notes.add(`The dump has no section of ${kind}: nothing is known of them.`)
  return [...notes]
}

function loadedTable(dump: ConfigDump, { id }: PageProxy) {
  const rows = resourceKinds.flatMap((kind) => {
    if (!dump.has(kind.entries)) return []
    const entries = dump.entries(kind.entries).filter(({ isDuplicate }) => !isDuplicate)
    const inState = (...states: readonly string[]) => entries.filter(({ state }) => states.includes(state)).length
    const [warming, rejected] = [inState('warming', 'draining'), inState('error')]
    return [
      {
        cells: [kind.title, entries.length, inState('active'), inState('static'), warming, rejected],
        href: fragmentOf(['proxy', id, kindWord(kind)]),
        tones: {
          ...(warming > 0 ? { warming: 'warning' as const } : {}),
          ...(rejected > 0 ? { rejected: 'bad' as const } : {}),
        },
      },
    ]
  })
  return {
    caption: 'Loaded',
    plain: true,
    columns: [
      { header: 'WHAT', key: 'what' },
      { header: 'ENTRIES', key: 'entries' },
      { header: 'ACTIVE', key: 'active' },
      { header: 'STATIC', key: 'static' },
      { header: 'WARMING, DRAINING', key: 'warming' },
      { header: 'REJECTED', key: 'rejected' },
    ],
    rows,
    empty: 'The dump has no section that is known.',
  }
}

/** A choice of the proxy that this one is compared with. */
function compareChoice({ id }: PageProxy, { proxies }: PageData): HTMLElement {
  const others = proxies.filter((other) => other.id !== id)
  if (others.length === 0) return element('div')
  return element('p', {}, element('a', { href: fragmentOf(['diff', id]) }, 'Compare with another proxy'))
}
