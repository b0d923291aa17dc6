import type { View } from '../view.ts'

interface LabelledView {
  readonly label: string
  readonly view: View
}

/**
 * The views of several proxies as one, with the proxy in front of each row.
 * @param many a selector was given: the shape is that of many also when it matches one; else a single view stays as it is
 */
export function joinViews(views: readonly LabelledView[], many = views.length > 1): View {
  const [first] = views
  if (first === undefined) throw new Error('no views to join')
  if (!many) return first.view
  // Optional columns (STATE) may be shown for one proxy and not for another: shown for one, shown for all.
  const columns = first.view.columns.map(({ wide, ...column }, index) =>
    wide && views.every(({ view }) => view.columns[index]?.wide) ? { ...column, wide } : column,
  )
  return {
    ...first.view,
    columns: [{ header: 'PROXY', key: 'proxy' }, ...columns],
    rows: views.flatMap(({ label, view }) => view.rows.map(({ name, cells }) => ({ name, cells: [label, ...cells] }))),
    document: () => ({ value: Object.fromEntries(views.map(({ label, view }) => [label, whole(view.document())])) }),
    raw: () => ({ value: Object.fromEntries(views.map(({ label, view }) => [label, whole(view.raw())])) }),
    notes: views.flatMap(({ label, view }) => view.notes.map((note) => `${label}: ${note}`)),
  }
}

function whole(document: ReturnType<View['document']>): unknown {
  return 'value' in document ? document.value : [...document.list]
}
