import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Idle connections stay for ever. */
export const tcpIdleOff: Rule = {
  id: 'tcp-idle-off',
  profile: 'strict',
  severity: 'info',
  title: 'Idle connections stay for ever',
  detects: '`idle_timeout: 0s` of a TCP proxy.',
  impact: 'Connections of clients that are gone stay, until file descriptors run out.',
  fix: 'Set a timeout.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'],
  check: {
    *tcpProxy({ config }) {
      if (config.idle_timeout !== undefined && durationOf(config.idle_timeout) === 0)
        yield { message: 'idle connections are never closed', cause: 'no idle timeout' }
    },
  },
}
