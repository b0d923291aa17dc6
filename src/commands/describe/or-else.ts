import type { Context } from '../../contract/command.ts'
import { AppError } from '../../errors.ts'

/** What is needed to go on without an answer. */
interface Noting {
  readonly io: Pick<Context['io'], 'signal'>
  readonly note: (text: string) => void
}

/** An answer that helps but is not needed: what stands in its way is a note. */
export async function orElse<T>({ io, note }: Noting, answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof AppError) || io.signal.aborted) throw error
    note(error.message)
    return otherwise
  }
}
