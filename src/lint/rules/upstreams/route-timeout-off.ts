import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** A route waits for ever. */
export const routeTimeoutOff: Rule = {
  id: 'route-timeout-off',
  profile: 'strict',
  severity: 'info',
  title: 'A route waits for ever',
  detects: '`timeout: 0s` of a route.',
  impact: 'A server that hangs holds connections and memory until the client goes.',
  exceptions: "Istio's default on every route.",
  fix: 'Set a timeout.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'],
  check: {
    *route({ action }) {
      if (action.timeout !== undefined && durationOf(action.timeout) === 0)
        yield { message: 'has no timeout', cause: 'no timeout' }
    },
  },
}
