import type { View, ViewRow } from '../view.ts'
import { escapeControls } from './text/escape.ts'

/** kubectl's `kind/name`; with several proxies the proxy stands before it, as in a table. */
export function nameLines(view: View): string[] {
  return [...new Set(view.rows.map((row) => `${escapeControls(nameOf(row, view.kind))}\n`))]
}

function nameOf({ name, proxy, kind: own }: ViewRow, kind: string): string {
  return `${proxy === undefined ? '' : `${proxy} `}${own ?? kind}/${name}`
}
