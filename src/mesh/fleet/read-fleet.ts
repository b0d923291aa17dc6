import { AppError } from '../../errors.ts'
import type { MeshProxy } from '../proxy.ts'
import { guardedProxy } from './guarded-proxy.ts'

/** What many proxies may take while they are read. */
export interface FleetLimits {
  /** Proxies that are read at a time. */
  readonly concurrency: number
  /** Milliseconds for all that is asked of one proxy. */
  readonly deadline: number
  /** Bytes that the proxies under way may be expected to send together. One is read however large it is. */
  readonly bytes: number
  /** Proxies that are done while an earlier one is not, and wait for it. */
  readonly maxAhead: number
}

/** A proxy, and what came of it. */
export type Outcome<T> =
  | { readonly proxy: MeshProxy; readonly result: T }
  | { readonly proxy: MeshProxy; readonly error: AppError }

interface Reading extends FleetLimits {
  /** Ends it: what has come until then is given, and nothing more. */
  readonly signal: AbortSignal
  /** Called with how many were read, and how many of them failed. */
  progress(done: number, failed: number): void
}

/** Bytes that proxies under way may usually be expected to send together. */
export const usualBytesInFlight = 256 * 2 ** 20

/** Proxies that are read at first, until it is known how much one sends. */
const atFirst = 4

/** A proxy that takes this many times as long as others do, and at least so many milliseconds, is waited for beside those that are read. */
const slowFactor = 4
const slowTime = 2000

/** Proxies under way, those that are only waited for included, for each that is read at a time. */
const maxWaiting = 8

/** Milliseconds between two looks at what is waited for. */
const tick = 250

/**
 * Does the same for many proxies, and gives the outcomes in the order of the proxies, each as soon as those before it are there. What a
 * proxy holds is let go with its outcome.
 * @param task is given the proxy with a deadline and one retry of what is transient
 */
export async function* readFleet<T>(
  proxies: readonly MeshProxy[],
  task: (proxy: MeshProxy) => Promise<T>,
  reading: Reading,
): AsyncGenerator<Outcome<T>> {
  const fleet = new Fleet(proxies, task, reading)
  yield* fleet.outcomes()
}

interface Running {
  readonly began: number
}

class Fleet<T> {
  readonly #proxies: readonly MeshProxy[]
  readonly #task: (proxy: MeshProxy) => Promise<T>
  readonly #reading: Reading
  readonly #running = new Map<number, Running>()
  /** Outcomes that an earlier proxy holds back. An error that is none of ours is thrown in its turn. */
  readonly #ready = new Map<number, Outcome<T> | { readonly thrown: unknown }>()
  #next = 0
  #given = 0
  #failed = 0
  #done = 0
  /** Milliseconds of all that succeeded. */
  #time = 0
  #largest = 0
  #changed = Promise.withResolvers<void>()

  constructor(proxies: readonly MeshProxy[], task: (proxy: MeshProxy) => Promise<T>, reading: Reading) {
    this.#proxies = proxies
    this.#task = task
    this.#reading = reading
  }

  async *outcomes(): AsyncGenerator<Outcome<T>> {
    const { signal } = this.#reading
    const stop = () => this.#changed.resolve()
    signal.addEventListener('abort', stop)
    const timer = setInterval(() => this.#start(), tick)
    try {
      while (this.#given < this.#proxies.length) {
        this.#start()
        const outcome = this.#ready.get(this.#given)
        if (outcome === undefined && signal.aborted) break
        if (outcome === undefined) {
          await this.#changed.promise
          this.#changed = Promise.withResolvers<void>()
          continue
        }
        this.#ready.delete(this.#given)
        this.#given += 1
        if ('thrown' in outcome) throw outcome.thrown
        yield outcome
      }
      // Aborted: the outcomes that wait behind a proxy that did not answer.
      for (const [, outcome] of [...this.#ready].toSorted(([a], [b]) => a - b)) {
        if (!('thrown' in outcome)) yield outcome
      }
    } finally {
      clearInterval(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /** Begins with as many more as there is room for. */
  #start(): void {
    const { maxAhead, signal } = this.#reading
    while (!signal.aborted && this.#next < this.#proxies.length && this.#hasRoom()) {
      if (this.#next - this.#given >= maxAhead) return
      const at = this.#next
      this.#next += 1
      this.#running.set(at, { began: performance.now() })
      void this.#read(at)
    }
  }

  #hasRoom(): boolean {
    const { concurrency, bytes } = this.#reading
    const under = this.#running.size
    // Outcomes wait to be taken: they come faster than they are used.
    if (this.#ready.size >= concurrency && this.#ready.has(this.#given)) return false
    if (under === 0) return true
    if (under >= concurrency * maxWaiting || (under + 1) * this.#largest > bytes) return false
    const most = this.#done === this.#failed ? Math.min(atFirst, concurrency) : concurrency
    return this.#active() < most
  }

  /** Those that are read, without those that are only waited for: a proxy that hangs takes no place from others. */
  #active(): number {
    const succeeded = this.#done - this.#failed
    const usual = succeeded === 0 ? 0 : this.#time / succeeded
    const since = performance.now() - Math.max(slowTime, slowFactor * usual)
    let active = 0
    for (const { began } of this.#running.values()) if (began > since) active += 1
    return active
  }

  async #read(at: number): Promise<void> {
    const proxy = this.#proxies[at]
    if (proxy === undefined) return
    const { deadline, signal } = this.#reading
    const guarded = guardedProxy(proxy, { deadline, signal })
    const began = performance.now()
    let outcome: Outcome<T> | { readonly thrown: unknown }
    try {
      outcome = { proxy, result: await this.#task(guarded.proxy) }
      this.#time += performance.now() - began
    } catch (error) {
      outcome = error instanceof AppError ? { proxy, error } : { thrown: error }
    } finally {
      guarded.end()
    }
    this.#running.delete(at)
    this.#largest = Math.max(this.#largest, guarded.bytes())
    // What was under way when the abort came did not fail.
    if (signal.aborted && !('result' in outcome)) return
    this.#done += 1
    if ('error' in outcome) this.#failed += 1
    this.#ready.set(at, outcome)
    this.#reading.progress(this.#done, this.#failed)
    this.#start()
    this.#changed.resolve()
  }
}
