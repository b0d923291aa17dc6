import { retryPolicyOf } from '../../../semantics/routes/route-policy.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** A retry can never happen: the first try may last as long as the request. */
export const retryCannotHappen: Rule = {
  id: 'retry-cannot-happen',
  profile: 'core',
  severity: 'warning',
  title: 'A retry can never happen: the first try may last as long as the request',
  detects:
    '`per_try_timeout` of a retry policy that is not shorter than the timeout of the route (15 s when it has none).',
  impact: 'The first try uses up the time of the request: the log shows `UT` or `URX` after one try, and no retry.',
  exceptions: 'Routes without a timeout (0).',
  fix: 'Make the time of a try a fraction of the timeout, or the timeout longer.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter'],
  check: {
    *route({ route, action, of: { virtualHost } }) {
      const policy = retryPolicyOf({ route, virtualHost })
      const perTry = durationOf(policy?.per_try_timeout)
      const timeout = action.timeout === undefined ? 15_000 : durationOf(action.timeout)
      if (Object.keys(action).length > 0 && perTry > 0 && timeout > 0 && perTry >= timeout)
        yield { message: `a try may last ${perTry / 1000} s, the whole request ${timeout / 1000} s` }
    },
  },
}
