import { isObject, type Json, type JsonObject, scalarText } from '../../../envoy/json.ts'
import { formatTokens } from './format-tokens.ts'
import type { LineFormat } from './line-format.ts'
import { type LoggedRequest, ReadLine } from './logged-request.ts'
import { operatorMeaning } from './operators.ts'
import { textFormat } from './text-format.ts'

/** A leaf of a `json_format`: the keys that lead to it, and what reads its text. */
interface Leaf {
  readonly path: readonly string[]
  /** The field that it holds; undefined where it holds several, which `parts` divides. */
  readonly field: string | undefined
  readonly parts: LineFormat | undefined
}

/** A format whose lines are JSON objects: the `json_format` of a logger. */
export function jsonFormat(name: string, format: JsonObject): LineFormat {
  const leaves = leavesOf(format, [])
  const keys = new Set(Object.keys(format))
  const places = new Map<string, number>()
  for (const { field, parts } of leaves)
    for (const each of field === undefined ? (parts?.fields ?? []) : [field])
      if (!places.has(each)) places.set(each, places.size)
  return {
    name,
    fields: [...places.keys()],
    read(line): LoggedRequest | undefined {
      const object = parsedObject(line)
      if (object === undefined || !Object.keys(object).every((key) => keys.has(key))) return undefined
      const values: (string | undefined)[] = []
      for (const leaf of leaves) take(leaf, object, places, values)
      return values.length === 0 ? undefined : new ReadLine(places, values)
    },
  }
}

/** The object that a line is; undefined for anything else. */
export function parsedObject(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: Json = JSON.parse(line)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function take(leaf: Leaf, object: JsonObject, places: ReadonlyMap<string, number>, values: (string | undefined)[]) {
  const text = valueAt(object, leaf.path)
  if (text === undefined) return
  if (leaf.field !== undefined) {
    const place = places.get(leaf.field)
    if (place !== undefined) values[place] ??= text
    return
  }
  const read = leaf.parts?.read(text)
  if (read === undefined) return
  for (const field of leaf.parts?.fields ?? []) {
    const place = places.get(field)
    if (place !== undefined) values[place] ??= read.named(field)
  }
}

function valueAt(object: JsonObject, path: readonly string[]): string | undefined {
  let value: Json | undefined = object
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
  return value === undefined || value === null ? undefined : scalarText(value)
}

/** Lists are passed over: a line's place in one says nothing. */
function leavesOf(format: JsonObject, path: readonly string[]): Leaf[] {
  return Object.entries(format).flatMap(([key, value]) => {
    const here = [...path, key]
    if (isObject(value)) return leavesOf(value, here)
    if (typeof value !== 'string') return []
    const tokens = formatTokens(value)
    const [only] = tokens
    if (tokens.length === 1 && only !== undefined && 'operator' in only)
      return [{ path: here, field: operatorMeaning(only.operator).field ?? '', parts: undefined }]
    return [{ path: here, field: undefined, parts: textFormat(key, value) }]
  })
}
