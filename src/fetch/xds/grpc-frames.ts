import { Gatherer } from '../gatherer.ts'

/** Bytes before each message: a flag for compression, and the length. */
const headSize = 5

export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(headSize)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Cuts what comes into messages. Memory is taken as a message's bytes come, not by the length that it claims. */
export class FrameReader {
  readonly #maxSize: number
  readonly #head = Buffer.alloc(headSize)
  #headLength = 0
  #body: Gatherer | undefined
  #missing = 0
  #taken = 0

  /** @param maxSize most bytes of all messages together, their heads included */
  constructor(maxSize: number) {
    this.#maxSize = maxSize + headSize
  }

  /** @param found is given each message that is complete with this chunk @returns why nothing more can be read, if so */
  add(chunk: Buffer, found: (message: Uint8Array) => void): 'too large' | 'compressed' | undefined {
    for (let at = 0; at < chunk.length; ) {
      if (this.#body === undefined) {
        const part = chunk.subarray(at, at + headSize - this.#headLength)
        part.copy(this.#head, this.#headLength)
        this.#headLength += part.length
        at += part.length
        if (this.#headLength < headSize) return undefined
        if (this.#head[0] !== 0) return 'compressed'
        this.#missing = this.#head.readUInt32BE(1)
        this.#taken += headSize + this.#missing
        if (this.#taken > this.#maxSize) return 'too large'
        this.#body = new Gatherer(this.#missing)
      }
      const part = chunk.subarray(at, at + this.#missing)
      this.#body.add(part)
      this.#missing -= part.length
      at += part.length
      if (this.#missing > 0) continue
      found(this.#body.bytes())
      this.#body = undefined
      this.#headLength = 0
    }
    return undefined
  }
}
