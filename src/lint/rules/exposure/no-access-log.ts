import { objectsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Nothing is logged. */
export const noAccessLog: Rule = {
  id: 'no-access-log',
  profile: 'strict',
  severity: 'info',
  title: 'Nothing is logged',
  detects: 'A connection manager without `access_log`, on a listener without one.',
  impact: 'Blind in an outage.',
  fix: 'Add an access log.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage'],
  check: {
    *manager({
      manager,
      of: {
        of: { listener },
      },
    }) {
      if (objectsOf(manager.access_log).length + objectsOf(listener.access_log).length === 0)
        yield { message: 'has no access log', cause: 'no access log' }
    },
  },
}
