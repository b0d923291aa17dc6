import { numberOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { retryPolicyOf } from '../../../semantics/routes/route-policy.ts'
import type { Rule } from '../../rule.ts'

/** Requests are sent again that may have done their work. */
export const retryNonIdempotent: Rule = {
  id: 'retry-non-idempotent',
  profile: 'strict',
  severity: 'info',
  title: 'Requests are sent again that may have done their work',
  detects:
    '`retry_on` with `5xx`, `gateway-error` or `reset` and retries, on a route without a condition on the method.',
  impact: 'A POST that a server has done and could not answer is done twice.',
  fix: 'Retry `connect-failure,refused-stream,reset-before-request` only, or match on the method.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter'],
  check: {
    *route({ route, match, of: { virtualHost } }) {
      const policy = retryPolicyOf({ route, virtualHost })
      const words = (stringOf(policy?.retry_on) ?? '').split(',').map((one) => one.trim())
      const isBound = objectsOf(match.headers).some(({ name }) => name === ':method')
      const again = words.filter((word) => unsafe.has(word))
      if (again.length > 0 && !isBound && numberOf(policy?.num_retries) !== 0)
        yield { message: `requests of any method are retried on ${again.join(', ')}`, cause: again.join(',') }
    },
  },
}

const unsafe: ReadonlySet<string> = new Set(['5xx', 'gateway-error', 'reset'])
