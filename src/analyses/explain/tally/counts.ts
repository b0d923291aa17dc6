import { clipped, detached } from './detached.ts'

/** So many different values are counted; those that come later are counted together. Hosts and routes are fewer. */
const maxValues = 200

/** How often each value came. */
export class Counts {
  readonly #byValue = new Map<string, number>()
  #others = 0

  add(whole: string): void {
    const value = clipped(whole)
    const before = this.#byValue.get(value)
    if (before !== undefined) this.#byValue.set(value, before + 1)
    else if (this.#byValue.size < maxValues) this.#byValue.set(detached(value), 1)
    else this.#others += 1
  }

  /** How many values came, and in sum how often those that were too many. */
  get size(): number {
    return this.#byValue.size
  }

  get others(): number {
    return this.#others
  }

  /** The most frequent first; of the same number by name. */
  top(max: number): readonly (readonly [value: string, count: number])[] {
    return [...this.#byValue].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, max)
  }
}
