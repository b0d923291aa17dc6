import { stringOf } from '../../../envoy/json.ts'
import { retryPolicyOf } from '../../../semantics/routes/route-policy.ts'
import type { Rule } from '../../rule.ts'

/** A retry policy has a condition that Envoy does not know. */
export const retryTokenUnknown: Rule = {
  id: 'retry-token-unknown',
  profile: 'core',
  severity: 'warning',
  title: 'A retry policy has a condition that Envoy does not know',
  detects: "Words of `retry_on` that are neither HTTP nor gRPC conditions of Envoy's.",
  impact: 'Envoy ignores the word in silence: what it was to retry is not retried.',
  exceptions: 'Status codes: control planes move them to `retriable_status_codes`.',
  fix: 'Correct the word: `connect-failure`, `refused-stream`, `reset`, `unavailable` …',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on',
  ],
  check: {
    *route({ route, of: { virtualHost } }) {
      const policy = retryPolicyOf({ route, virtualHost })
      for (const word of (stringOf(policy?.retry_on) ?? '').split(',').map((one) => one.trim()))
        if (word !== '' && !known.has(word) && !/^\d{3}$/.test(word))
          yield { message: `retry_on has ${word}, which Envoy does not know` }
    },
  },
}

/** Conditions for HTTP and gRPC. (Http::RetryStateImpl::parseRetryOn, parseRetryGrpcOn) */
const known: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'reset',
  'reset-before-request',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
])
