import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** A client may take for ever to send its headers. */
export const noHeaderTimeout: Rule = {
  id: 'no-header-timeout',
  profile: 'edge',
  severity: 'warning',
  title: 'A client may take for ever to send its headers',
  detects: 'A connection manager without `request_timeout` and `request_headers_timeout`.',
  impact: 'Slow clients hold connections and memory (slowloris).',
  fix: 'Set request_headers_timeout to 10 s.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (durationOf(manager.request_timeout) === 0 && durationOf(manager.request_headers_timeout) === 0)
        yield { message: 'headers may take for ever', cause: 'no-header-timeout' }
    },
  },
}
