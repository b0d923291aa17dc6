import type { ArrayDelta, Delta, ObjectDelta } from 'jsondiffpatch'
import { isObject, type Json, type JsonObject } from '../../envoy/json.ts'
import { align } from './align.ts'
import { identityOf } from './unordered-lists.ts'

/** One difference: a field that one side lacks or that has two values, or an element of an ordered list at another place. */
export interface Change {
  /** Field names and list elements from the resource inwards: `virtual_hosts[reviews:80].routes[0].route.timeout`. */
  readonly path: string
  /** The same as steps, for whoever decides by a field. */
  readonly steps: readonly Step[]
  /** Undefined where the first side has nothing. */
  readonly from: Json | undefined
  /** Undefined where the second side has nothing. */
  readonly to: Json | undefined
  /** The two values are positions in the list. */
  readonly moved?: true
}

/** One step inwards: into a field of a message, or to an element of a list. */
export type Step = { readonly field: string } | { readonly element: string; readonly item: Json }

export interface Difference {
  readonly changes: readonly Change[]
  /** https://github.com/benjamine/jsondiffpatch/blob/master/docs/deltas.md */
  readonly delta: Delta
}

/**
 * What leads from one canonical resource to the other; undefined when they are equal. The delta is jsondiffpatch's, the pairing
 * of list elements is `align`: jsondiffpatch's own takes n² memory, 800 MB for a cluster whose 10,000 endpoints have changed.
 * An element at another place is removed and added there: jsondiffpatch gives up on translating more than 100 moves to JSON Patch.
 */
export function difference(a: JsonObject, b: JsonObject): Difference | undefined {
  const changes: Change[] = []
  const delta = deltaOf(a, b, [], changes)
  return delta === undefined ? undefined : { changes, delta }
}

function deltaOf(a: Json, b: Json, steps: readonly Step[], changes: Change[]): Delta {
  if (isObject(a) && isObject(b)) return objectDelta(a, b, steps, changes)
  if (Array.isArray(a) && Array.isArray(b)) return arrayDelta(a, b, steps, changes)
  if (a === b) return undefined
  changes.push(changeAt(steps, a, b))
  return [a, b]
}

function changeAt(steps: readonly Step[], from: Json | undefined, to: Json | undefined): Change {
  return { path: pathText(steps), steps, from, to }
}

function objectDelta(a: JsonObject, b: JsonObject, steps: readonly Step[], changes: Change[]): Delta {
  const delta: [string, Delta][] = []
  for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
    const [from, to] = [own(a, key), own(b, key)]
    // Of a large resource most fields are equal: no steps are made for those.
    if (from !== undefined && from === to) continue
    const inner = [...steps, { field: key }]
    if (from !== undefined && to !== undefined) delta.push([key, deltaOf(from, to, inner, changes)])
    else {
      changes.push(changeAt(inner, from, to))
      delta.push([key, from === undefined ? [to] : [from, 0, 0]])
    }
  }
  const found = delta.filter(([, inner]) => inner !== undefined)
  return found.length === 0 ? undefined : (Object.fromEntries(found) satisfies ObjectDelta)
}

function arrayDelta(a: readonly Json[], b: readonly Json[], steps: readonly Step[], changes: Change[]): Delta {
  const { pairs, moved } = align(a, b)
  const delta: ArrayDelta = { _t: 'a' }
  const kept = new Set(pairs.values())
  a.forEach((item, index) => {
    if (kept.has(index)) return
    changes.push(changeAt([...steps, elementStep(item, index)], item, undefined))
    delta[`_${index}`] = [item, 0, 0]
  })
  b.forEach((item, index) => {
    const from = pairs.get(index)
    const before = from === undefined ? undefined : a[from]
    const inner = [...steps, elementStep(item, index)]
    if (from === undefined || before === undefined) {
      changes.push(changeAt(inner, undefined, item))
      delta[index] = [item]
      return
    }
    if (moved.has(index)) changes.push({ ...changeAt(inner, from, index), moved: true })
    const change = deltaOf(before, item, inner, changes)
    if (moved.has(index)) {
      delta[`_${from}`] = [before, 0, 0]
      delta[index] = [item]
    } else if (change !== undefined) delta[index] = change
  })
  return Object.keys(delta).length === 1 ? undefined : delta
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function pathText(steps: readonly Step[]): string {
  return steps.reduce((path, step) => ('field' in step ? fieldPath(path, step.field) : `${path}[${step.element}]`), '')
}

/** Keys that are no plain field name are data (map keys, Structs) and are quoted. */
function fieldPath(path: string, key: string): string {
  if (!/^[\w@-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** An element by its name where that is short enough to be one, otherwise by its place. */
function elementStep(item: Json, index: number): Step {
  const name = identityOf(item)
  return { element: name === undefined || name === '' || name.startsWith('{') ? String(index) : name, item }
}
