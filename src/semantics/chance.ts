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
  /** Tells what a way costs beside its decisions. @param steps things that were looked at */
  spend(steps: number): void
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

/** Steps of all ways together, after which none is followed any more: a configuration may have tens of thousands of filters with chances. */
const maxSteps = 100_000

/**
 * Runs a walk once for every way that chance can take it: a walk is replayed with the decisions so far and goes on with the first
 * open one, while the others wait for their own run. Decisions of probability 0 are not taken.
 * @param random the stream's random number, when known: then there is exactly one way
 */
export function explore<T>(random: number | undefined, walk: (chance: Chance) => T): Possibility<T>[] {
  const done: Possibility<T>[] = []
  const waiting: (Decision | undefined)[] = [undefined]
  const shares = new Map<string, number>()
  for (let left = maxSteps; waiting.length > 0 && done.length < maxAlternatives && left > 0; ) {
    const replay = new Replay(scriptOf(waiting.pop()), { random, waiting, shares })
    const value = walk(replay)
    done.push({ probability: replay.probability, value })
    left -= replay.spent
  }
  return done
}

/** The last decision of a script, and those before it. Scripts share their beginnings, however many wait. */
interface Decision {
  readonly chosen: number
  readonly before: Decision | undefined
}

function scriptOf(last: Decision | undefined): readonly number[] {
  const script: number[] = []
  for (let at = last; at !== undefined; at = at.before) script.push(at.chosen)
  return script.reverse()
}

/** What the replays of one walk share. */
interface Exploration {
  readonly random: number | undefined
  readonly waiting: (Decision | undefined)[]
  /** Of intervals that were counted before. */
  readonly shares: Map<string, number>
}

class Replay implements Chance {
  probability = 1
  spent = 0
  #decisions = 0
  #last: Decision | undefined
  readonly #script: readonly number[]
  readonly #of: Exploration
  /** By modulus: what the stream's number is known to be. */
  #residues: ReadonlyMap<number, Residue> = new Map()

  constructor(script: readonly number[], exploration: Exploration) {
    this.#script = script
    this.#of = exploration
  }

  stream(modulus: number, bounds: readonly number[]): number {
    const intervals = bounds.map((high, index) => ({ modulus, low: index === 0 ? 0 : (bounds[index - 1] ?? 0), high }))
    if (this.#of.random !== undefined) {
      const value = this.#of.random % modulus
      return intervals.findIndex(({ low, high }) => value >= low && value < high)
    }
    const possible = intervals.map((interval) => narrowed(this.#residues, interval))
    const chosen = this.#decide(possible.map((residues) => this.#shareOf(residues)))
    this.#residues = possible[chosen] ?? this.#residues
    return chosen
  }

  #shareOf(residues: ReadonlyMap<number, Residue>): number {
    const key = [...residues.values()].map(({ modulus, low, high }) => `${modulus}:${low}-${high}`).join()
    const known = this.#of.shares.get(key)
    if (known !== undefined) return known
    const counted = share([...residues.values()], this.#of.shares.size < maxCounts)
    this.#of.shares.set(key, counted)
    return counted
  }

  spend(steps: number): void {
    this.spent += steps
  }

  draw(weights: readonly number[]): number {
    if (this.#of.random !== undefined) {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      let left = this.#of.random % total
      return weights.findIndex((weight) => {
        left -= weight
        return left < 0
      })
    }
    return this.#decide(weights)
  }

  #decide(weights: readonly number[]): number {
    this.spent += weights.length
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const open = [...weights.keys()].filter((index) => (weights[index] ?? 0) > 0)
    let chosen = this.#script[this.#decisions]
    if (chosen === undefined) {
      chosen = open[0] ?? 0
      for (const other of open.slice(1).reverse()) this.#of.waiting.push({ chosen: other, before: this.#last })
    }
    this.#decisions++
    this.#last = { chosen, before: this.#last }
    this.probability *= total === 0 ? 1 : (weights[chosen] ?? 0) / total
    return chosen
  }
}

/** The residues with one more, which leaves less of those of its modulus. */
function narrowed(residues: ReadonlyMap<number, Residue>, added: Residue): ReadonlyMap<number, Residue> {
  const before = residues.get(added.modulus)
  const low = Math.max(before?.low ?? 0, added.low)
  const high = Math.min(before?.high ?? added.modulus, added.high)
  return new Map(residues).set(added.modulus, { modulus: added.modulus, low, high: Math.max(low, high) })
}

/**
 * Share of the numbers that fall into all the given residue intervals, each of another modulus.
 * @param isCounted whether more than two may be counted one by one; else they are taken as independent, which large moduli almost are
 */
function share(residues: readonly Residue[], isCounted: boolean): number {
  const [first, second, ...others] = residues
  if (first === undefined) return 1
  if (second === undefined) return (first.high - first.low) / first.modulus
  if (others.length === 0) return shareOfTwo(first, second)
  const period = residues.reduce((multiple, { modulus }) => lcm(multiple, modulus), 1)
  if (!isCounted || period > maxCounted)
    return residues.reduce((product, { modulus, low, high }) => product * ((high - low) / modulus), 1)
  let count = 0
  for (let value = 0; value < period; value++) {
    if (residues.every(({ modulus, low, high }) => value % modulus >= low && value % modulus < high)) count++
  }
  return count / period
}

/** Numbers that are counted one by one. */
const maxCounted = 1_000_000
/** Shares that are counted so. */
const maxCounts = 64

/**
 * The share of two: each pair of residues that are equal modulo the moduli's greatest common divisor is that of one number in a period
 * (Chinese remainder theorem). Modulo the divisor an interval is so many whole rounds, and the rest of one.
 */
function shareOfTwo(a: Residue, b: Residue): number {
  const divisor = gcd(a.modulus, b.modulus)
  const [roundsA, roundsB] = [a, b].map(({ low, high }) => Math.floor((high - low) / divisor)) as [number, number]
  const [restA, restB] = [(a.high - a.low) % divisor, (b.high - b.low) % divisor]
  const pairs =
    divisor * roundsA * roundsB +
    roundsA * restB +
    roundsB * restA +
    overlap([a.low % divisor, restA], [b.low % divisor, restB], divisor)
  return pairs / lcm(a.modulus, b.modulus)
}

/** Numbers modulo the divisor that two runs have in common, each given by its begin and its length. */
function overlap([beginA, lengthA]: Run, [beginB, lengthB]: Run, divisor: number): number {
  return [-divisor, 0, divisor].reduce((sum, shift) => {
    const begin = Math.max(beginA, beginB + shift)
    return sum + Math.max(0, Math.min(beginA + lengthA, beginB + shift + lengthB) - begin)
  }, 0)
}

type Run = readonly [begin: number, length: number]

function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
