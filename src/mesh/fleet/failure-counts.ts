import type { AppError, ErrorCode } from '../../errors.ts'
import { ApiError } from '../api/api-error.ts'

/** Failures of many proxies by reason, the most frequent first: `9 forbidden, 3 timed out`. */
export function failureCounts(errors: readonly AppError[]): string {
  const counts = new Map<string, number>()
  for (const error of errors) {
    const reason = reasonOf(error)
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return [...counts]
    .toSorted(([a, few], [b, many]) => many - few || (a < b ? -1 : 1))
    .map(([reason, count]) => `${counted(count)} ${reason}`)
    .join(', ')
}

/** A number as people read it: `2,000`. */
export function counted(count: number): string {
  return count.toLocaleString('en-US')
}

const byStatus: ReadonlyMap<number, string> = new Map([
  [401, 'not logged in'],
  [403, 'forbidden'],
  [404, 'not found'],
  [429, 'throttled by the API server'],
])

const byCode: ReadonlyMap<ErrorCode, string> = new Map([
  ['admin-status', 'answered with an error'],
  ['connection-refused', 'refused the connection'],
  ['cut-short', 'cut off'],
  ['no-answer', 'without an answer'],
  ['no-section', 'without that section'],
  ['not-http', 'answered as no Envoy does'],
  ['out-of-memory', 'without memory'],
  ['server-refused', 'without an API server'],
  ['server-unreachable', 'without an API server'],
  ['timeout', 'timed out'],
  ['too-large', 'too large'],
  ['unexpected-answer', 'answered as no Envoy does'],
  ['unreachable', 'unreachable'],
])

function reasonOf(error: AppError): string {
  if (error instanceof ApiError) return byStatus.get(error.status) ?? `refused by the API server (${error.status})`
  return (error.code === undefined ? undefined : byCode.get(error.code)) ?? 'with another error'
}
