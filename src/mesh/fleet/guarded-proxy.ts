import { setTimeout as delay } from 'node:timers/promises'
import type { StoredBytes } from '../../envoy/input/stored-bytes.ts'
import { AppError, type ErrorCode } from '../../errors.ts'
import { ApiError } from '../api/api-error.ts'
import type { MeshProxy } from '../proxy.ts'

interface Guard {
  /** Milliseconds for all that is asked of the proxy. */
  readonly deadline: number
  readonly signal: AbortSignal
}

interface Guarded {
  readonly proxy: MeshProxy
  /** Bytes of the pages that came. */
  bytes(): number
  /** Lets the deadline go, and what the proxy keeps open. */
  end(): void
}

/** A proxy of many: it has a deadline, and what is transient is asked once more. What was saved has neither. */
export function guardedProxy(proxy: MeshProxy, { deadline, signal }: Guard): Guarded {
  let bytes = 0
  const counted = (page: StoredBytes | 'absent') => {
    if (page !== 'absent') bytes += page.size
    return page
  }
  if (!proxy.live)
    return {
      proxy: {
        ...proxy,
        page: async (path, given) => counted(await proxy.page(path, given)),
        packed(path) {
          const page = proxy.packed?.(path)
          bytes += page?.size ?? 0
          return page
        },
      },
      bytes: () => bytes,
      end: () => undefined,
    }
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), deadline)
  const own = AbortSignal.any([signal, late.signal])
  const { post } = proxy

  async function timed<R>(given: AbortSignal | undefined, ask: (until: AbortSignal) => Promise<R>): Promise<R> {
    const until = given === undefined ? own : AbortSignal.any([own, given])
    try {
      return await ask(until)
    } catch (error) {
      throw late.signal.aborted ? tooLate(proxy.label, deadline) : error
    }
  }
  return {
    proxy: {
      ...proxy,
      page: (path, given) => timed(given, async (until) => counted(await askTwice(proxy, path, until))),
      ...(post === undefined ? {} : { post: (path, given) => timed(given, (until) => post(path, until)) }),
    },
    bytes: () => bytes,
    end() {
      clearTimeout(timer)
      proxy.release?.()
    },
  }
}

async function askTwice(proxy: MeshProxy, path: string, signal: AbortSignal): Promise<StoredBytes | 'absent'> {
  try {
    return await proxy.page(path, signal)
  } catch (error) {
    const wait = waitBeforeRetry(error)
    if (wait === undefined || signal.aborted) throw error
    await delay(wait, undefined, { signal })
    return proxy.page(path, signal)
  }
}

/** Milliseconds to wait where the server names none. */
const usualWait = 1000
/** Milliseconds before a connection that was lost is made anew. */
const shortWait = 200
/** Most milliseconds that a server can ask to wait. */
const longestWait = 30_000

const lost: ReadonlySet<ErrorCode | undefined> = new Set(['cut-short', 'no-answer'])

/** Milliseconds after which a failure may be none; undefined where it stays. */
function waitBeforeRetry(error: unknown): number | undefined {
  if (error instanceof ApiError) {
    if (error.status !== 429 && error.status !== 503) return undefined
    return Math.min(longestWait, (error.retryAfter ?? usualWait / 1000) * 1000)
  }
  if (!(error instanceof AppError)) return undefined
  return lost.has(error.code) || isReset(error.cause) ? shortWait : undefined
}

function isReset(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE'
}

function tooLate(label: string, deadline: number): AppError {
  return new AppError(`${label} did not answer everything within ${deadline / 1000} s`, {
    code: 'timeout',
    hint: 'Envoy may be stopped or overloaded. --request-timeout sets how long to wait.',
  })
}
