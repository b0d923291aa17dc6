import { limitsInUse } from '../../../semantics/clusters/limits-in-use.ts'
import type { Rule } from '../../rule.ts'

/** A limit of a cluster is nearly reached. */
export const circuitBreakerNear: Rule = {
  id: 'circuit-breaker-near',
  profile: 'live',
  severity: 'warning',
  title: 'A limit of a cluster is nearly reached',
  detects:
    'Connections, pending requests and requests of all hosts together that are at least 80 % of the limit of the circuit breaker.',
  impact: 'What comes above it gets 503, flag `UO`, details `overflow`.',
  fix: 'Raise the limit, add hosts, or find what is slow.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking',
    'https://github.com/envoyproxy/envoy/issues/36771',
  ],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name }, { statuses }) {
      for (const { limit, inUse, max } of limitsInUse(name, statuses, 'DEFAULT'))
        if (max > 0 && inUse >= max * 0.8)
          yield { message: `cluster ${name} uses ${inUse} of ${max} (${limit})`, cause: `${name} ${limit}` }
    },
  },
}
