import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Idle streams stay for ever. */
export const streamIdleOff: Rule = {
  id: 'stream-idle-off',
  profile: 'edge',
  severity: 'info',
  title: 'Idle streams stay for ever',
  detects: '`stream_idle_timeout: 0s`.',
  impact: 'Streams of clients that are gone stay.',
  fix: 'Set 5 minutes.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (manager.stream_idle_timeout !== undefined && durationOf(manager.stream_idle_timeout) === 0)
        yield { message: 'idle streams are never ended', cause: 'stream-idle-off' }
    },
  },
}
