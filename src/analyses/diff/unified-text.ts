import { isObject, type Json } from '../../envoy/json.ts'
import { comparedTitle } from '../../envoy/kinds.ts'
import type { TextLine } from '../../view.ts'
import { heading, unusedLines } from './diff-text.ts'
import type { DumpDiff, KindDiff } from './dump-diff.ts'
import { hunks } from './hunks.ts'
import { jsonLines, type Line, lineDiff } from './line-diff.ts'

/**
 * The diff as unified text: `-` is only in the control plane, `+` only in Envoy. Each side is the canonical JSON of
 * `{name: resource}`, sorted by name; warming and rejected resources, which are no lines of it, follow as in the plain text.
 * @param controlPlane what the control plane is called in the headings; istioctl calls Istio's `Pilot`
 */
export function unifiedText(diff: DumpDiff, controlPlane: string): TextLine[] {
  return diff.kinds.flatMap((kind) => {
    const found = hunks(linesOf(kind))
    const title = comparedTitle(kind.kind)
    const sides = found.length === 0 ? [] : [`--- ${controlPlane} ${title}`, `+++ Envoy ${title}`]
    return [heading(kind), ...sides, ...found, ...unusedLines(kind)]
  })
}

function linesOf({ sides: { controlPlane, envoy }, changed, onlyInControlPlane, onlyInEnvoy }: KindDiff): Line[] {
  const different = new Set([...onlyInControlPlane, ...onlyInEnvoy, ...changed.map(({ name }) => name)])
  if (different.size === 0) return []
  const names = [...new Set([...controlPlane.names, ...envoy.names])].sort()
  const [lastA, lastB] = [controlPlane.names.at(-1), envoy.names.at(-1)]
  const lines = names.flatMap((name, index): Line[] => {
    const a = controlPlane.resource(name)
    const near = [names[index - 1], name, names[index + 1]].some((other) => other !== undefined && different.has(other))
    if (!near && name !== lastA && name !== lastB && a !== undefined) {
      return [{ skipped: lineCount(a) }]
    }
    const b = different.has(name) ? envoy.resource(name) : a
    const head = `    ${JSON.stringify(name)}: `
    const tails: [string, string] = [name === lastA ? '' : ',', name === lastB ? '' : ',']
    return a === b && a !== undefined ? sameLines(a, head, tails) : lineDiff({ a, b, head, tails })
  })
  return [{ mark: ' ', text: '{' }, ...lines, { mark: ' ', text: '}' }]
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
