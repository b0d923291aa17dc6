import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** A request is ended for silence before its timeout. */
export const streamIdleBelowTimeout: Rule = {
  id: 'stream-idle-below-timeout',
  profile: 'core',
  severity: 'warning',
  title: 'A request is ended for silence before its timeout',
  detects:
    '`stream_idle_timeout` of the connection manager (5 minutes when it has none) that is shorter than the timeout of a route without `idle_timeout`.',
  impact: 'A slow answer ends with 504, flag `SI`, details `stream_idle_timeout`, before the time that was set for it.',
  fix: 'Set `idle_timeout` of the route as long as its timeout.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'],
  needs: ['listeners'],
  check: {
    *route({
      action,
      of: {
        of: { managers },
      },
    }) {
      const timeout = durationOf(action.timeout)
      if (timeout === 0 || action.idle_timeout !== undefined) return
      const idle = shortestIdle(managers)
      if (idle < timeout)
        yield { message: `has ${timeout / 1000} s, but is ended after ${idle / 1000} s without a byte` }
    },
  },
}

/** In milliseconds; of those that end a silent stream. */
const shortestIdle = memoizeByObject((managers: readonly ManagerPlace[]) =>
  managers.reduce((shortest, { manager }) => {
    const idle = manager.stream_idle_timeout === undefined ? 300_000 : durationOf(manager.stream_idle_timeout)
    return idle > 0 ? Math.min(idle, shortest) : shortest
  }, Number.POSITIVE_INFINITY),
)
