import { escapeControls } from './escape.ts'
import type { Format } from './format.ts'

export const name: Format = {
  name: 'name',
  title: 'kind/name, one a line',
  render: (view) => [...new Set(view.rows.map((row) => `${view.kind}/${escapeControls(row.name)}\n`))],
}
