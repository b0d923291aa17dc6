import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Connecting may take very long. */
export const connectTimeoutLong: Rule = {
  id: 'connect-timeout-long',
  profile: 'strict',
  severity: 'info',
  title: 'Connecting may take very long',
  detects: '`connect_timeout` above 10 s.',
  impact: 'A dead host holds requests that long before the next is tried.',
  fix: 'Set a few seconds at most.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'],
  check: {
    *cluster({ name, cluster }) {
      if (durationOf(cluster.connect_timeout) > 10_000)
        yield { message: `cluster ${name} waits ${durationOf(cluster.connect_timeout) / 1000} s for a connection` }
    },
  },
}
