/** Where Envoy draws a random number, the walk asks here which way it goes in this alternative. */
export interface Chance {
  /**
   * The stream's own random number, of which Envoy makes every choice of one request (runtime fractions, weighted clusters):
   * `random % modulus`, then the interval it falls into. Choices on the same number are correlated.
   * @param bounds ascending upper bounds, exclusive; the last one is the modulus
   * @returns index of the interval
   */
  stream(modulus: number, bounds: readonly number[]): number
  /** A draw of its own. @param weights in any unit @returns index of the weight */
  draw(weights: readonly number[]): number
}

export interface Possibility<T> {
  readonly probability: number
  readonly value: T
}

interface Residue {
  readonly modulus: number
  readonly low: number
  readonly high: number
}

/** More ways than this are cut off, the least decided ones first; routing tables in the field stay far below. */
const maxAlternatives = 256

/**
 * Runs a walk once for every way that chance can take it: a walk is replayed with the decisions so far and goes on with the first
 * open one, while the others wait for their own run. Decisions of probability 0 are not taken.
 * @param random the stream's random number, when known: then there is exactly one way
 */
export function explore<T>(random: number | undefined, walk: (chance: Chance) => T): Possibility<T>[] {
  const done: Possibility<T>[] = []
  const waiting: number[][] = [[]]
  for (let script = waiting.pop(); script !== undefined && done.length < maxAlternatives; script = waiting.pop()) {
    const replay = new Replay(script, random, waiting)
    const value = walk(replay)
    done.push({ probability: replay.probability, value })
  }
  return done
}

class Replay implements Chance {
  probability = 1
  #taken: number[] = []
  readonly #script: readonly number[]
  readonly #random: number | undefined
  readonly #waiting: number[][]
  #residues: Residue[] = []

  constructor(script: readonly number[], random: number | undefined, waiting: number[][]) {
    this.#script = script
    this.#random = random
    this.#waiting = waiting
  }

  stream(modulus: number, bounds: readonly number[]): number {
    const intervals = bounds.map((high, index) => ({ modulus, low: index === 0 ? 0 : (bounds[index - 1] ?? 0), high }))
    if (this.#random !== undefined) {
      const value = this.#random % modulus
      return intervals.findIndex(({ low, high }) => value >= low && value < high)
    }
    const chosen = this.#decide(intervals.map((interval) => share([...this.#residues, interval])))
    const interval = intervals[chosen]
    if (interval !== undefined) this.#residues.push(interval)
    return chosen
  }

  draw(weights: readonly number[]): number {
    if (this.#random !== undefined) {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      let left = this.#random % total
      return weights.findIndex((weight) => {
        left -= weight
        return left < 0
      })
    }
    return this.#decide(weights)
  }

  #decide(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const open = [...weights.keys()].filter((index) => (weights[index] ?? 0) > 0)
    let chosen = this.#script[this.#taken.length]
    if (chosen === undefined) {
      chosen = open[0] ?? 0
      for (const other of open.slice(1).reverse()) this.#waiting.push([...this.#taken, other])
    }
    this.#taken.push(chosen)
    this.probability *= total === 0 ? 1 : (weights[chosen] ?? 0) / total
    return chosen
  }
}

/** Share of the numbers that fall into all the given residue intervals, by counting over the least common multiple. */
function share(residues: readonly Residue[]): number {
  const period = residues.reduce((multiple, { modulus }) => lcm(multiple, modulus), 1)
  const same = residues.every(({ modulus }) => modulus === period)
  if (same) {
    const low = residues.reduce((most, residue) => Math.max(most, residue.low), 0)
    const high = residues.reduce((least, residue) => Math.min(least, residue.high), period)
    return Math.max(0, high - low) / period
  }
  if (period > 10_000_000) {
    // Too long to count: moduli with so large a common multiple are as good as independent.
    return residues.reduce((product, { modulus, low, high }) => product * ((high - low) / modulus), 1)
  }
  let count = 0
  for (let value = 0; value < period; value++) {
    if (residues.every(({ modulus, low, high }) => value % modulus >= low && value % modulus < high)) count++
  }
  return count / period
}

function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
