import { isObject, type Json } from '../../envoy/json.ts'
import { identityOf } from './unordered-lists.ts'

/** Which element of one list is which of another. */
export interface Alignment {
  /** Index in `a` by index in `b`. */
  readonly pairs: ReadonlyMap<number, number>
  /** Those of `b` that stand at another place among the paired ones. */
  readonly moved: ReadonlySet<number>
}

/**
 * Pairs the elements of two lists: equal ones first, then those of the same identity, then nameless objects between the same
 * neighbours. Takes n log n comparisons, for a cluster may have thousands of endpoints.
 */
export function align(a: readonly Json[], b: readonly Json[]): Alignment {
  const pairs = new Map<number, number>()
  const taken = new Set<number>()
  for (const keyOf of [(item: Json) => JSON.stringify(item), identityOf]) {
    const waiting = new Map<string, number[]>()
    a.forEach((item, index) => {
      const key = taken.has(index) ? undefined : keyOf(item)
      if (key === undefined) return
      const others = waiting.get(key)
      if (others === undefined) waiting.set(key, [index])
      else others.push(index)
    })
    for (const indices of waiting.values()) indices.reverse()
    b.forEach((item, index) => {
      const key = pairs.has(index) ? undefined : keyOf(item)
      const found = key === undefined ? undefined : waiting.get(key)?.pop()
      if (found === undefined) return
      pairs.set(index, found)
      taken.add(found)
    })
  }
  const moved = outOfOrder(pairs)
  pairNameless({ a, b, pairs, taken, moved })
  return { pairs, moved }
}

/** What is left after the longest run of pairs that keep their order. https://en.wikipedia.org/wiki/Patience_sorting */
function outOfOrder(pairs: ReadonlyMap<number, number>): Set<number> {
  const inOrder = [...pairs].sort(([x], [y]) => x - y)
  const tails: number[] = []
  const before: (number | undefined)[] = []
  inOrder.forEach(([, from], position) => {
    let low = 0
    for (let high = tails.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((inOrder[tails[middle] ?? 0]?.[1] ?? 0) < from) low = middle + 1
      else high = middle
    }
    before[position] = tails[low - 1]
    tails[low] = position
  })
  const moved = new Set(pairs.keys())
  for (let position = tails.at(-1); position !== undefined; position = before[position]) {
    const kept = inOrder[position]?.[0]
    if (kept !== undefined) moved.delete(kept)
  }
  return moved
}

interface Unpaired {
  readonly a: readonly Json[]
  readonly b: readonly Json[]
  readonly pairs: Map<number, number>
  readonly taken: Set<number>
  readonly moved: ReadonlySet<number>
}

function pairNameless({ a, b, pairs, taken, moved }: Unpaired): void {
  const isNameless = (item: Json | undefined) => isObject(item) && identityOf(item) === undefined
  let next = 0
  b.forEach((item, index) => {
    const from = pairs.get(index)
    if (from !== undefined) {
      if (!moved.has(index)) next = from + 1
      return
    }
    if (!isNameless(item) || next >= a.length || taken.has(next) || !isNameless(a[next])) return
    pairs.set(index, next)
    taken.add(next)
    next++
  })
}
