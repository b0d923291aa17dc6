import { rowVersion } from '../schema/answer-schema.ts'
import { cellValue, type View } from '../view.ts'
import { escapeJson } from './text/escape.ts'

/** One JSON object per row. */
export function* jsonlText(view: View): Generator<string> {
  for (const line of view.records?.() ?? rowsOf(view))
    yield `${escapeJson(JSON.stringify(line))}
`
}

function* rowsOf(view: View): Generator<object> {
  for (const { name, cells } of view.rows) {
    const row = Object.fromEntries(view.columns.map(({ key }, index) => [key, cellValue(cells[index]) ?? null]))
    yield { schema: rowVersion, kind: view.kind, resource: cellValue(name) ?? null, ...row }
  }
}
