import { objectHeader } from '../../../resources/own-columns.ts'
import type { Document, View } from '../../../view.ts'
import { EmptyAnswers } from './empty-answers.ts'

interface ProxyView {
  /** Names the proxy in rows, documents and notes. */
  readonly proxy: string
  readonly view: View
}

/** The views of several proxies as one, with the proxy in front of each row. */
export function joinViews(views: readonly ProxyView[]): View {
  const [first] = views
  if (first === undefined) throw new Error('no views to join')
  // Optional columns (STATE) may be shown for one proxy and not for another: shown for one, shown for all.
  const columns = first.view.columns.map(({ wide, ...column }, index) => ({
    ...column,
    // Of proxies of several control planes, the word that fits all.
    header: views.some(({ view }) => view.columns[index]?.header === objectHeader) ? objectHeader : column.header,
    ...(wide && views.every(({ view }) => view.columns[index]?.wide) ? { wide } : {}),
  }))
  return {
    ...first.view,
    columns: [{ header: 'PROXY', key: 'proxy' }, ...columns],
    rows: views.flatMap(({ proxy, view }) => view.rows.map((row) => ({ ...row, proxy, cells: [proxy, ...row.cells] }))),
    document: () => joined(views, (view) => view.document()),
    raw: () => joined(views, (view) => view.raw()),
    ...(views.every(({ view }) => view.rowItems !== undefined) ? { rowItems: () => rowItems(views) } : {}),
    notes: views.flatMap(({ proxy, view }) => view.notes.map((note) => `${proxy}: ${note}`)),
    empty: new EmptyAnswers(views.map(({ view }) => view.empty)).text(),
  }
}

function joined(views: readonly ProxyView[], document: (view: View) => Document): Document {
  const byProxy = new Map(views.map(({ proxy, view }) => [proxy, view]))
  return { fields: [...byProxy].map(([proxy, view]) => [proxy, document(view)] as const), ofProxies: true }
}

async function rowItems(views: readonly ProxyView[]): Promise<Iterable<unknown>> {
  const each = await Promise.all(views.map(({ view }) => view.rowItems?.() ?? []))
  return each.flatMap((items) => [...items])
}
