import type { WantedLevels } from './wanted-levels.ts'

/**
 * The admin paths to POST, in order. One logger at a time: every Envoy understands that.
 * https://www.envoyproxy.io/docs/envoy/latest/operations/admin#post--logging
 */
export function levelRequests({ all, loggers }: WantedLevels): string[] {
  return [
    ...(all === undefined ? [] : [`logging?level=${all}`]),
    ...[...loggers].map(([logger, level]) => `logging?${encodeURIComponent(logger.toWellFormed())}=${level}`),
  ]
}
