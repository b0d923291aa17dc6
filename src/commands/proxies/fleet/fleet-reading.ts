import type { Context } from '../../../contract/command.ts'
import type { ResultCodec } from '../../../contract/threads.ts'
import { AppError, exitCode } from '../../../errors.ts'
import { counted, failureCounts } from '../../../mesh/fleet/failure-counts.ts'
import { readFleet, usualBytesInFlight } from '../../../mesh/fleet/read-fleet.ts'
import type { MeshProxy } from '../../../mesh/proxy.ts'
import { labelledError } from './labelled-error.ts'

/** A proxy that could not be read, and why. */
export interface Failure {
  readonly proxy: MeshProxy
  readonly error: AppError
}

/** A proxy that was read. */
interface Success<T> {
  readonly proxy: MeshProxy
  readonly result: T
}

/** How many proxies are read. */
interface Manner<T, P> {
  /** Most proxies that are done while an earlier one is not; no limit where all results are kept anyway. */
  readonly maxAhead?: number
  /** How a result gets here from a thread; absent where only this one can do the task. */
  readonly codec?: ResultCodec<T, P> | undefined
  /** Plain data that every thread receives. */
  readonly given?: unknown
}

/** `maxAhead` where each result is released as soon as it was used. */
export const usualMaxAhead = 64

/** Failures that are named where nobody asks for all of them. */
const maxNamed = 3

/** Reads many proxies for a command: failures are collected, and reported at the end. */
export class FleetReading {
  readonly #context: Context
  readonly #proxies: readonly MeshProxy[]
  readonly failures: Failure[] = []
  #read = 0
  #interrupted = false

  constructor(proxies: readonly MeshProxy[], context: Context) {
    this.#proxies = proxies
    this.#context = context
  }

  /**
   * The result of each proxy that can be read, in the order of the proxies. The first Ctrl-C ends it early.
   * @throws the error of the only proxy
   */
  async *successes<T, P>(
    task: (proxy: MeshProxy) => Promise<T>,
    { maxAhead = Number.POSITIVE_INFINITY, codec, given }: Manner<T, P> = {},
  ): AsyncGenerator<Success<T>> {
    const proxies = this.#proxies
    const { io } = this.#context
    const [only] = proxies
    if (only !== undefined && proxies.length === 1) {
      yield { proxy: only, result: await task(only) }
      this.#read = 1
      return
    }
    const { concurrency, deadline, spread } = await this.#context.fleet()
    const spreading = codec === undefined ? undefined : await spread?.({ proxies, task, codec, given })
    const over = new AbortController()
    const stop = io.untilInterrupted?.(over.signal)
    const signal = stop === undefined ? io.signal : AbortSignal.any([io.signal, stop])
    const progress = (done: number, failed: number) => io.progress?.done(done, proxies.length, 'proxies', failed)
    progress(0, 0)
    const reading = { concurrency, deadline, bytes: usualBytesInFlight, maxAhead, signal, progress }
    try {
      for await (const outcome of readFleet(proxies, spreading?.task ?? task, reading)) {
        spreading?.printNotes(outcome.proxy)
        if ('error' in outcome) this.#fail(outcome)
        else {
          this.#read += 1
          yield outcome
        }
      }
    } finally {
      over.abort()
      spreading?.end()
    }
    io.signal.throwIfAborted()
    this.#interrupted = stop?.aborted === true
  }

  /** Work with a proxy that was read: where it fails, the proxy counts as failed. */
  async judged(proxy: MeshProxy, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof AppError) || this.#proxies.length === 1 || this.#context.io.signal.aborted) throw error
      this.#fail({ proxy, error })
      this.#read -= 1
    }
  }

  #fail(failure: Failure): void {
    this.failures.push(failure)
    this.#context.failed?.(failure.proxy)
  }

  /**
   * Tells what failed.
   * @returns the exit code
   * @throws the first error when every proxy fails; AppError with exit code 130 when it was interrupted before anything came
   */
  async conclude(): Promise<number> {
    const { note } = this.#context
    const { failures } = this
    const [first] = failures
    const nothing = this.#read === 0
    const total = this.#proxies.length
    const { showFailures } = await this.#context.fleet()
    if (showFailures || failures.length <= maxNamed)
      for (const failure of failures) {
        if (!nothing || failure !== first) note(`error: ${labelledError(failure.proxy, failure.error)}`)
      }
    if (failures.length > maxNamed) note(this.#summary(showFailures))
    if (this.#interrupted) {
      const text = `${counted(this.#read)} of ${counted(total)} proxies were read before the interrupt`
      if (nothing) throw new AppError(text, { exitCode: exitCode.interrupted })
      note(`Interrupted: ${text}; the answer is partial.`)
      return exitCode.interrupted
    }
    if (nothing && first !== undefined) throw first.error
    return first === undefined ? exitCode.ok : exitCode.failed
  }

  #summary(named: boolean): string {
    const { failures } = this
    const counts = failureCounts(failures.map(({ error }) => error))
    const hint = named ? '' : '; --show-failures names them'
    return `${counted(failures.length)} of ${counted(this.#proxies.length)} proxies did not answer: ${counts}${hint}`
  }
}
