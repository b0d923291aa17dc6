import type { MeshTable, StoredRow, StoredTable } from '../../format.ts'
import { fragmentOf } from '../../read/place.ts'
import { element } from '../element.ts'
import { factList, noteList } from '../facts.ts'
import { longText } from '../long-text.ts'
import { cellOf } from '../mesh.ts'
import type { PageData, PageProxy } from '../proxies.ts'
import { dataTable } from '../table/data-table.ts'
import { meshTable } from '../table/mesh-table.ts'
import { storedTable } from '../table/stored.ts'
import type { PageView } from '../view.ts'
import { usualReplica } from './overview/workload-rows.ts'

/** Tables of all proxies together, each with a place for its rows: `#findings`, `#findings/3`. */
const meshPlaces: Readonly<Record<MeshTable, string>> = {
  findings: 'Findings',
  fleet: 'Fleet findings',
  certificates: 'Certificates',
  status: 'Sync',
}

/** What is said above a table. */
const meshTexts: Readonly<Partial<Record<MeshTable, string>>> = {
  fleet: 'What proxies beside each other show, and beside what the API server has of Services and of Istio.',
}

export const meshTables: readonly PageView[] = (Object.entries(meshPlaces) as [MeshTable, string][]).map(
  ([name, title]): PageView => ({
    shows: ({ parts: [word, row, ...more] }) =>
      word === name && more.length === 0 && (row === undefined || (name !== 'status' && /^[1-9]\d*$/.test(row))),
    title: ({ parts: [, row] }) => (row === undefined ? title : `${title.replace(/s$/, '')} ${row}`),
    show(host, { parts: [, row] }, page) {
      const table = page.index.tables[name]
      if (table === undefined) throw new Error(`This page has no ${name}.`)
      if (row === undefined) showTable(host, name, table, page)
      else showRow(host, name, { table, row: table.rows[Number(row) - 1] }, page)
    },
  }),
)

function showTable(host: HTMLElement, name: MeshTable, table: StoredTable, page: PageData): void {
  const text = meshTexts[name]
  if (text !== undefined) host.append(element('p', { class: 'quiet' }, text))
  const notes = noteList(table.notes)
  if (notes !== undefined) host.append(notes)
  const byName = new Map(page.proxies.map(({ facts, id }) => [facts.id, id]))
  host.append(
    name === 'status'
      ? storedTable(table, {
          caption: meshPlaces[name],
          href: ({ name: proxy }) => (byName.has(proxy) ? fragmentOf(['proxy', byName.get(proxy) ?? '']) : undefined),
        })
      : meshTable(page, name, { caption: meshPlaces[name] }),
  )
}

function showRow(
  host: HTMLElement,
  name: MeshTable,
  { table, row }: { readonly table: StoredTable; readonly row: StoredRow | undefined },
  page: PageData,
): void {
  if (row === undefined) throw new Error(`This page has only ${table.rows.length} ${name}.`)
  const proxies = (row.proxies ?? []).flatMap((at) => page.proxies[at] ?? [])
  const isOfReplicas = name === 'fleet' && proxies.some((proxy) => usualReplica(page, proxy) !== undefined)
  host.append(
    element('p', {}, element('a', { href: `#${name}` }, `All ${meshPlaces[name].toLowerCase()}`)),
    ...(name === 'certificates' ? [] : findingText(table, row)),
    factList(
      table.columns
        .map(({ header, key }, at) => ({ header, key, value: text(row.cells[at]) }))
        .filter(({ key }) => name === 'certificates' || !inFindingText.has(key))
        .map(({ header, value }) => [header, value]),
    ),
    element('h2', {}, 'Proxies'),
    dataTable({
      caption: 'Proxies',
      columns: [
        { header: 'PROXY', key: 'proxy' },
        { header: 'NAMESPACE', key: 'namespace' },
        { header: 'WORKLOAD', key: 'workload' },
        ...(isOfReplicas ? [{ header: 'COMPARE WITH', key: 'usual' }] : []),
      ],
      rows: proxies.map((proxy) => {
        const usual = isOfReplicas ? usualReplica(page, proxy) : undefined
        return {
          cells: [proxy.id, proxy.facts.namespace, proxy.facts.workload, ...(isOfReplicas ? [usual?.id] : [])],
          href: placeOf(name, row, proxy),
          hrefs: usual === undefined ? {} : { usual: fragmentOf(['diff', usual.id, proxy.id]) },
        }
      }),
      empty: 'None of this page.',
    }),
  )
}

/** What of a finding stands before its facts, by the keys of columns. */
const inFindingText: ReadonlySet<string> = new Set(['severity', 'message', 'fix', 'proxyCount'])

/** How bad it is, what is wrong, and what to do. */
function findingText(table: StoredTable, row: StoredRow): HTMLElement[] {
  const of = (key: string) => text(cellOf(table, row, key))
  const fix = of('fix')
  return [
    element(
      'p',
      { class: 'finding' },
      element('strong', { class: row.tones?.severity }, of('severity')),
      ' ',
      ...longText(of('message') ?? '', maxMessage),
    ),
    ...(fix === undefined ? [] : [element('p', {}, element('b', {}, 'Fix: '), fix)]),
  ]
}

/** Characters of a message that are shown at once: it stands alone. */
const maxMessage = 1000

/** Where a finding is: the resource that it names, `clusters/NAME`. Rules of several proxies name what a proxy may not have. */
function placeOf(name: MeshTable, row: StoredRow, { id }: PageProxy): string {
  const [kind, ...resource] = row.name.split('/')
  if (name !== 'findings' || kind === undefined || resource.length === 0) return fragmentOf(['proxy', id])
  return fragmentOf(['proxy', id, kind.replace(/s$/, ''), resource.join('/')])
}

function text(cell: StoredRow['cells'][number] | undefined): string | undefined {
  return cell === null || cell === undefined ? undefined : String(cell)
}
