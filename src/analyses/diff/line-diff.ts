import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { align } from './align.ts'

/** A line of pretty-printed JSON: on both sides, on the first only, on the second only; or so many equal ones left out. */
export type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string } | { readonly skipped: number }

interface Pair {
  readonly a: Json | undefined
  readonly b: Json | undefined
  /** Indentation and key. */
  readonly head: string
  /** What follows the value on each side: a comma or nothing. */
  readonly tails: readonly [string, string]
}

/** Spaces per level, as istioctl prints. */
const step = '    '

/**
 * The lines of two values by their structure, not by their text: list elements are paired by `align`, so that a bracket of one
 * element is never taken for that of another. Joined, the lines of a side are its JSON.
 */
export function lineDiff({ a, b, head, tails }: Pair): Line[] {
  if (isFilledObject(a) && isFilledObject(b))
    return bracketed({ head, tails, open: '{', close: '}' }, members(a, b, indentOf(head)))
  if (isFilledList(a) && isFilledList(b))
    return bracketed({ head, tails, open: '[', close: ']' }, elements(a, b, indentOf(head)))
  const before = a === undefined ? [] : jsonLines(a, head, tails[0])
  const after = b === undefined ? [] : jsonLines(b, head, tails[1])
  return marked(before, after)
}

/** The lines of one value, indented as its head. */
export function jsonLines(value: Json, head: string, tail: string): string[] {
  const text = `${head}${JSON.stringify(value, null, step).replaceAll('\n', `\n${indentOf(head)}`)}${tail}`
  return text.split('\n')
}

function marked(before: readonly string[], after: readonly string[]): Line[] {
  if (before.length === after.length && before.every((text, index) => text === after[index])) {
    return before.map((text) => ({ mark: ' ', text }))
  }
  return [...before.map((text): Line => ({ mark: '-', text })), ...after.map((text): Line => ({ mark: '+', text }))]
}

interface Brackets {
  readonly head: string
  readonly tails: readonly [string, string]
  readonly open: string
  readonly close: string
}

function bracketed({ head, tails, open, close }: Brackets, inner: readonly Line[]): Line[] {
  const end = `${indentOf(head)}${close}`
  return [{ mark: ' ', text: head + open }, ...inner, ...marked([end + tails[0]], [end + tails[1]])]
}

function members(a: JsonObject, b: JsonObject, indent: string): Line[] {
  const [lastA, lastB] = [Object.keys(a).sort().at(-1), Object.keys(b).sort().at(-1)]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().flatMap((key) =>
    lineDiff({
      a: Object.hasOwn(a, key) ? a[key] : undefined,
      b: Object.hasOwn(b, key) ? b[key] : undefined,
      head: `${indent}${step}${JSON.stringify(key)}: `,
      tails: [key === lastA ? '' : ',', key === lastB ? '' : ','],
    }),
  )
}

function elements(a: readonly Json[], b: readonly Json[], indent: string): Line[] {
  const { pairs, moved } = align(a, b)
  const head = indent + step
  const tailsOf = (i: number, j: number): [string, string] => [
    i === a.length - 1 ? '' : ',',
    j === b.length - 1 ? '' : ',',
  ]
  const removed = (from: number, to: number) =>
    a
      .slice(from, to)
      .flatMap((item, index) => lineDiff({ a: item, b: undefined, head, tails: tailsOf(from + index, -1) }))
  let next = 0
  const lines = b.flatMap((item, index) => {
    const from = moved.has(index) ? undefined : pairs.get(index)
    if (from === undefined) return lineDiff({ a: undefined, b: item, head, tails: tailsOf(-1, index) })
    const gone = removed(next, from)
    next = from + 1
    return [...gone, ...lineDiff({ a: a[from], b: item, head, tails: tailsOf(from, index) })]
  })
  return [...lines, ...removed(next, a.length)]
}

function isFilledObject(value: Json | undefined): value is JsonObject {
  return isObject(value) && Object.keys(value).length > 0
}

function isFilledList(value: Json | undefined): value is Json[] {
  return Array.isArray(value) && value.length > 0
}

function indentOf(head: string): string {
  return /^ */.exec(head)?.[0] ?? ''
}
