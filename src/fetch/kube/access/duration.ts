import { durationSum } from '../../../envoy/text/duration-sum.ts'
import { UsageError } from '../../../errors.ts'

/**
 * Milliseconds of `--request-timeout`: a number of seconds, or Go durations such as `1s`, `2m`, `1h30m`. Undefined for 0.
 * @throws UsageError in kubectl's words
 */
export function requestTimeout(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const total = /^\d+$/.test(text) ? Number(text) * 1000 : goDuration(text)
  if (total === undefined) {
    throw new UsageError(
      `invalid timeout value: ${text}. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)`,
    )
  }
  return total === 0 ? undefined : Math.min(total, longestTimer)
}

/** Most milliseconds that a timer of Node waits are 2^31 - 1, and what is longer fires at once: 24 days. */
export const longestTimer = 24 * 86_400_000

// `ms` stands before `m`, which begins it.
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a Go duration such as `1s`, `1h30m`, or `0`; undefined where it is none. */
export function goDuration(text: string): number | undefined {
  return text === '0' ? 0 : durationSum(text, units, 'decimal')
}
