import { element } from '../../element.ts'
import { noteList } from '../../facts.ts'
import type { PageData } from '../../proxies.ts'
import { dataTable } from '../../table/data-table.ts'
import { meshTable } from '../../table/mesh-table.ts'
import type { PageView } from '../../view.ts'
import { proxiesTable } from './proxy-rows.ts'
import { summaryTiles } from './summary-tiles.ts'
import { workloadsTable } from './workload-rows.ts'

/** Findings and certificates that the overview shows. */
const shownFirst = 5

/** All proxies of the page, and what is wrong with them. */
export const overview: PageView = {
  shows: ({ parts: [word, ...more] }) => (word === undefined || word === 'overview') && more.length === 0,
  title: () => 'Overview',
  show(host, _place, page) {
    const { index } = page
    host.append(
      ...[
        noteList(index.notes),
        failures(page),
        summaryTiles(page),
        first(page, 'findings', 'Findings'),
        first(page, 'fleet', 'Fleet findings'),
        first(page, 'certificates', 'Certificates that expire next'),
        element('h2', {}, 'Proxies'),
        dataTable(proxiesTable(page)),
        element('h2', {}, 'Workloads'),
        element(
          'p',
          { class: 'quiet' },
          'Proxies of a workload have the same configuration when their clusters, listeners, routes and endpoints are equal but for versions and times.',
        ),
        dataTable(workloadsTable(page)),
      ].filter((part) => part !== undefined),
    )
  },
}

/** The first rows of a table of the mesh, with a link to the rest. */
function first(page: PageData, name: 'findings' | 'fleet' | 'certificates', title: string): HTMLElement | undefined {
  const table = page.index.tables[name]
  if (table === undefined) return undefined
  return element(
    'div',
    {},
    element('h2', {}, title),
    meshTable(page, name, { rows: table.rows.slice(0, shownFirst), caption: title, plain: true }),
    table.rows.length === 0
      ? undefined
      : element(
          'p',
          {},
          element(
            'a',
            { href: `#${name}` },
            `All ${table.rows.length.toLocaleString('en')} ${name === 'fleet' ? 'fleet findings' : name}`,
          ),
        ),
  )
}

/** Proxies that are not in the page. */
function failures({ index: { failures: failed } }: PageData): HTMLElement | undefined {
  if (failed.length === 0) return undefined
  const title = 'Not in this page, for they could not be read'
  return element(
    'div',
    {},
    element('h2', {}, title),
    dataTable({
      caption: title,
      plain: failed.length <= shownFirst,
      columns: [
        { header: 'PROXY', key: 'proxy' },
        { header: 'REASON', key: 'reason' },
      ],
      rows: failed.map(({ proxy, reason }) => ({ cells: [proxy, reason], tones: { reason: 'bad' } })),
      empty: '',
    }),
  )
}
