import type { AppError } from '../../errors.ts'
import { mostInMemory } from './stored-file.ts'

interface Gathering {
  /** Most bytes that are held; `mostInMemory` without it. */
  readonly limit?: number
  /** The error for more of them. */
  tooLarge(): AppError
  /** Is told how many bytes more have come. */
  received?(bytes: number): void
  /** Whether what came before a failure is enough. */
  readonly isEnough?: (failure: unknown) => boolean
}

/** Bytes by which the memory grows: what fails to fit ends before it is taken. */
const step = 2 ** 24

/**
 * All chunks as one piece. The memory grows where it is, so that no byte is held twice.
 * @throws AppError for more than the limit; whatever the chunks fail with
 */
export async function gathered(
  chunks: AsyncIterable<Uint8Array>,
  { limit = mostInMemory, tooLarge, received, isEnough = () => false }: Gathering,
): Promise<Uint8Array> {
  const memory = new ArrayBuffer(0, { maxByteLength: limit })
  let length = 0
  try {
    for await (const chunk of chunks) {
      if (length + chunk.length > limit) throw tooLarge()
      received?.(chunk.length)
      if (length + chunk.length > memory.byteLength)
        memory.resize(Math.min(limit, length + Math.max(step, chunk.length)))
      new Uint8Array(memory).set(chunk, length)
      length += chunk.length
    }
  } catch (failure) {
    if (length === 0 || !isEnough(failure)) throw failure
  }
  return new Uint8Array(memory, 0, length)
}
