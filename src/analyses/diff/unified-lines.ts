import { isObject, type Json } from '../../envoy/json.ts'
import type { Side } from './dump-diff.ts'
import { hunks } from './hunks.ts'
import { jsonLines, type Line, lineDiff } from './line-diff.ts'

/**
 * The hunks of a unified diff of two sides, each the canonical JSON of `{name: resource}` sorted by name.
 * @param different the names that one side lacks or that differ; none gives no hunks
 */
export function unifiedLines(before: Side, after: Side, different: ReadonlySet<string>): string[] {
  if (different.size === 0) return []
  const names = [...new Set([...before.names, ...after.names])].sort()
  const [lastA, lastB] = [before.names.at(-1), after.names.at(-1)]
  const lines = names.flatMap((name, index): Line[] => {
    const a = before.resource(name)
    const near = [names[index - 1], name, names[index + 1]].some((other) => other !== undefined && different.has(other))
    if (!near && name !== lastA && name !== lastB && a !== undefined) {
      return [{ skipped: lineCount(a) }]
    }
    const b = different.has(name) ? after.resource(name) : a
    const head = `    ${JSON.stringify(name)}: `
    const tails: [string, string] = [name === lastA ? '' : ',', name === lastB ? '' : ',']
    return a === b && a !== undefined ? sameLines(a, head, tails) : lineDiff({ a, b, head, tails })
  })
  return hunks([{ mark: ' ', text: '{' }, ...lines, { mark: ' ', text: '}' }])
}

/** As lineDiff of a value with itself, without looking for differences. */
function sameLines(value: Json, head: string, tails: readonly [string, string]): Line[] {
  if (tails[0] !== tails[1]) return lineDiff({ a: value, b: value, head, tails })
  return jsonLines(value, head, tails[0]).map((text) => ({ mark: ' ', text }))
}

/** Lines of a value as JSON.stringify breaks it, without making them. */
function lineCount(value: Json | undefined): number {
  const items = Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []
  return items.length === 0 ? 1 : items.reduce((sum: number, item) => sum + lineCount(item), 2)
}
