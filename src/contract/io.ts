import type { Progress } from '../fetch/progress.ts'
import type { Threads } from './threads.ts'

/** Everything the program touches outside itself, given by `main.ts` and replaced in tests. */
export interface IO {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Name the program was started by: `kubectl-proxy_status` runs proxy-status. */
  readonly invokedAs: string
  stdin(): AsyncIterable<Uint8Array>
  readonly stdinIsTTY: boolean
  readonly stderrIsTTY: boolean
  /** Columns of the terminal that stdout is, infinite where it does not say; undefined where stdout is none. */
  readonly stdoutColumns: number | undefined
  /** Writes data; resolves when the reader has taken it. False when nobody reads any more (`| head -1`). */
  write(data: string | Uint8Array): Promise<boolean>
  /** Writes a note, progress or an error. */
  warn(text: string): void
  now(): Date
  /** Told of what takes long; absent where nobody looks. */
  readonly progress?: Progress
  /** Threads that work is given to; absent where there are none, undefined where there is one processor. */
  threads?(): Promise<Threads | undefined>
  /**
   * From then on Ctrl-C, SIGTERM and SIGHUP abort the signal that is given back, so that what has come can be kept; the second time they
   * end the process. Absent where nobody can press it.
   * @param over gives the signals back to the system when it aborts
   */
  untilInterrupted?(over?: AbortSignal): AbortSignal
  /** The page of `report` without its data. @throws Error when it is not there */
  pageTemplate(): Promise<string>
  /** The words that start this program, as a process that can be ended while it computes. */
  readonly self: readonly [string, ...string[]]
  /** Ends what is under way. The process itself leaves Ctrl-C to the system, which ends it also while it computes. */
  readonly signal: AbortSignal
}
