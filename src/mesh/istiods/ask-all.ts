import { AppError } from '../../errors.ts'
import { atMost } from '../at-most.ts'
import type { Istiod } from '../istiod.ts'

/** What replicas answered, and which did not. */
export interface Answers<T> {
  readonly answers: readonly { readonly istiod: Istiod; readonly answer: T }[]
  readonly failures: readonly { readonly istiod: Istiod; readonly error: AppError }[]
}

/** Replicas that are asked at a time. */
const atATime = 16

/** Asks all replicas at once; one that fails keeps nobody else's answer away. */
export async function askAll<T>(
  istiods: readonly Istiod[],
  question: (istiod: Istiod) => Promise<T>,
): Promise<Answers<T>> {
  const answers: { istiod: Istiod; answer: T }[] = []
  const failures: { istiod: Istiod; error: AppError }[] = []
  await atMost(atATime, istiods, async (istiod) => {
    try {
      answers.push({ istiod, answer: await question(istiod) })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failures.push({ istiod, error })
    }
  })
  const byName = (a: { istiod: Istiod }, b: { istiod: Istiod }) => (a.istiod.name < b.istiod.name ? -1 : 1)
  return { answers: answers.sort(byName), failures: failures.sort(byName) }
}
