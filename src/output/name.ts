import type { ViewRow } from '../view.ts'
import { escapeControls } from './escape.ts'
import type { Format } from './format.ts'

/** kubectl's `kind/name`; with several proxies the proxy stands before it, as in a table. */
export const name: Format = {
  name: 'name',
  title: 'kind/name, one a line',
  render: (view) => [...new Set(view.rows.map((row) => `${escapeControls(nameOf(row, view.kind))}\n`))],
}

function nameOf({ name, proxy }: ViewRow, kind: string): string {
  return `${proxy === undefined ? '' : `${proxy} `}${kind}/${name}`
}
