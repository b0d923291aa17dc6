/** Most and fewest bytes by which the buffer grows. */
const maxGrowth = 2 ** 24
const leastGrowth = 2 ** 16

/** Collects chunks in one buffer that grows in place: many small chunks take no more memory than their bytes, and no byte is held twice. */
export class Gatherer {
  readonly #limit: number
  readonly #memory: ArrayBuffer
  #length = 0

  /** @param limit most bytes that are held */
  constructor(limit: number) {
    this.#limit = limit
    this.#memory = new ArrayBuffer(0, { maxByteLength: limit })
  }

  get length(): number {
    return this.#length
  }

  /** @returns false where it is more than the limit: nothing of the chunk is taken then */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length
    if (length > this.#limit) return false
    const { byteLength } = this.#memory
    if (length > byteLength) {
      const growth = Math.max(leastGrowth, Math.min(byteLength, maxGrowth))
      this.#memory.resize(Math.min(this.#limit, Math.max(length, byteLength + growth)))
    }
    new Uint8Array(this.#memory, this.#length).set(chunk)
    this.#length = length
    return true
  }

  /** The bytes, not copied: nothing may be added afterwards. */
  bytes(): Buffer {
    return Buffer.from(this.#memory, 0, this.#length)
  }
}
