import type { Context } from '../../contract/command.ts'
import { AppError, exitCode } from '../../errors.ts'
import { atMost } from '../../mesh/at-most.ts'
import type { MeshProxy } from '../../mesh/proxy.ts'

/** Proxies that are read at a time: each may answer with its whole configuration. */
const atATime = 16

/** A proxy that could not be read, and why. */
interface Failure {
  readonly proxy: MeshProxy
  readonly error: AppError
}

type Outcome<T> = { readonly result: T } | Failure

/**
 * Does the same for every proxy. One that fails is named in a note and does not hide the others; the exit code is then 1.
 * @throws the first error when every proxy fails
 */
export async function eachProxy<T>(
  proxies: readonly MeshProxy[],
  { note, io }: Context,
  task: (proxy: MeshProxy) => Promise<T>,
): Promise<{ results: readonly T[]; failures: readonly Failure[]; code: number }> {
  async function outcome(proxy: MeshProxy): Promise<Outcome<T>> {
    try {
      return { result: await task(proxy) }
    } catch (error) {
      if (!(error instanceof AppError) || io.signal.aborted || proxies.length === 1) throw error
      return { proxy, error }
    }
  }
  const outcomes = await atMost(atATime, proxies, outcome, (done) => io.progress?.done(done, proxies.length, 'proxies'))
  const results = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []))
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : []))
  const [first] = failures
  for (const failure of failures) {
    if (results.length > 0 || failure !== first) note(`error: ${failure.proxy.label}: ${failure.error.message}`)
  }
  if (results.length === 0 && first !== undefined) throw first.error
  return { results, failures, code: first === undefined ? exitCode.ok : exitCode.failed }
}
