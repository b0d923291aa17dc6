import { AppError } from '../errors.ts'
import { limits } from './limits.ts'

interface Watched {
  /** How errors name the other side. */
  readonly label: string
  /** Milliseconds without progress. */
  readonly idleLimit: number
  /** Milliseconds for all of it. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
}

interface Watchdog {
  /** Fires when the time is over, or the caller's signal does. */
  readonly signal: AbortSignal
  /** More bytes came. */
  received(bytes: number): void
  stop(): void
  /** Why the signal was given, if the time was over. */
  reason(): AppError | undefined
}

/** Ends a wait: when nothing comes, when it only trickles, and when it takes too long as a whole. */
export function watchdog({ label, idleLimit, limit = limits.wholeAnswer, signal }: Watched): Watchdog {
  const controller = new AbortController()
  let reason: AppError | undefined
  const give = (text: string) => {
    reason = new AppError(text, {
      code: 'timeout',
      hint: 'Envoy may be stopped or overloaded. --request-timeout sets how long to wait.',
    })
    controller.abort(reason)
  }
  let sinceProgress = 0
  let any = false
  const idle = setTimeout(() => {
    give(
      any
        ? `${label} stopped in the middle of its answer: less than ${limits.progress} bytes came in ${idleLimit / 1000} s`
        : `${label} did not answer within ${idleLimit / 1000} s`,
    )
  }, idleLimit)
  const whole = setTimeout(
    () =>
      give(
        any
          ? `${label} did not end its answer within ${limit / 1000} s`
          : `${label} did not answer within ${limit / 1000} s`,
      ),
    limit,
  )
  const pass = () => controller.abort(signal?.reason)
  if (signal?.aborted) pass()
  signal?.addEventListener('abort', pass, { once: true })
  return {
    signal: controller.signal,
    received(bytes) {
      any = true
      sinceProgress += bytes
      if (sinceProgress < limits.progress) return
      sinceProgress = 0
      idle.refresh()
    },
    stop() {
      clearTimeout(idle)
      clearTimeout(whole)
      signal?.removeEventListener('abort', pass)
    },
    reason: () => reason,
  }
}
