/** Bytes that memory grows by at most, and at least. */
const maxGrowth = 2 ** 24
const leastGrowth = 2 ** 16

/**
 * Chunks as one piece. They are copied into memory that grows where it is: however small they are, they take what their bytes take, and
 * no byte is held twice.
 */
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

  /** What came, in the memory itself: nothing may be added behind it. */
  bytes(): Buffer {
    return Buffer.from(this.#memory, 0, this.#length)
  }
}
