/** Numbers that follow from a seed alone. */
export interface Random {
  /** A whole number from 0 up to `end`, without it. */
  below(end: number): number
  /** True in `share` of all calls, 0 to 1. */
  chance(share: number): boolean
  /** One of the items. @throws Error where there is none */
  pick<T>(items: readonly T[]): T
}

/** A sequence for each pair of a seed and an index, so that one input can be made without those before it. */
export function randomOf(seed: number, index: number): Random {
  let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35)
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return {
    below,
    chance: (share) => next() < share,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}
