/** Buckets that grow by a 16th: a quantile is right within 6.25 %. */
const perOctave = 16

/** Durations in milliseconds, in memory that does not grow with their number. */
export class Durations {
  readonly #buckets: number[] = []
  #count = 0
  #least = Number.POSITIVE_INFINITY
  #max = 0

  add(milliseconds: number): void {
    const at = bucketOf(milliseconds)
    this.#buckets[at] = (this.#buckets[at] ?? 0) + 1
    this.#count += 1
    this.#least = Math.min(this.#least, milliseconds)
    this.#max = Math.max(this.#max, milliseconds)
  }

  get count(): number {
    return this.#count
  }

  /** The duration that this share (0 to 1) of the requests did not exceed, exact for 0 and 1; undefined without any. */
  quantile(share: number): number | undefined {
    if (this.#count === 0) return undefined
    if (share === 0) return this.#least
    let left = Math.max(1, Math.ceil(this.#count * share))
    for (let at = 0; at < this.#buckets.length; at++) {
      left -= this.#buckets[at] ?? 0
      if (left <= 0) return Math.min(highestIn(at), this.#max)
    }
    return undefined
  }
}

/** Up to 16 ms each millisecond has its own. */
function bucketOf(milliseconds: number): number {
  if (milliseconds < perOctave) return Math.max(0, Math.floor(milliseconds))
  const octave = Math.floor(Math.log2(milliseconds / perOctave))
  const within = Math.floor((milliseconds / (perOctave * 2 ** octave) - 1) * perOctave)
  return perOctave + octave * perOctave + within
}

function highestIn(bucket: number): number {
  if (bucket < perOctave) return bucket
  const octave = Math.floor((bucket - perOctave) / perOctave)
  const within = (bucket - perOctave) % perOctave
  return Math.round(perOctave * 2 ** octave * (1 + (within + 1) / perOctave)) - 1
}
