import { escapeControls, escapeJson } from '../text/escape.ts'

/** A value that a path found as kubectl prints it: a text bare, but for what a terminal could act on; objects as JSON on one line. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? escapeControls(value) : escapeJson(JSON.stringify(value) ?? 'null')
}
