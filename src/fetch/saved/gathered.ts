import type { AppError } from '../../errors.ts'
import { Gatherer } from '../gatherer.ts'
import { maxInMemory } from './stored-file.ts'

interface Gathering {
  /** Most bytes that are held; `maxInMemory` without it. */
  readonly limit?: number
  /** The error for more of them. */
  tooLarge(): AppError
  /** Called with how many more bytes have come. */
  received?(bytes: number): void
  /** Whether what came before a failure is enough. */
  readonly isEnough?: (failure: unknown) => boolean
}

/**
 * All chunks as one piece.
 * @throws AppError for more than the limit; whatever the chunks fail with
 */
export async function gathered(
  chunks: AsyncIterable<Uint8Array>,
  { limit = maxInMemory, tooLarge, received, isEnough = () => false }: Gathering,
): Promise<Uint8Array> {
  const all = new Gatherer(limit)
  try {
    for await (const chunk of chunks) {
      if (!all.add(chunk)) throw tooLarge()
      received?.(chunk.length)
    }
  } catch (failure) {
    if (all.length === 0 || !isEnough(failure)) throw failure
  }
  return all.bytes()
}
