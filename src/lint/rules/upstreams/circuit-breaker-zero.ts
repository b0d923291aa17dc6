import { closedThreshold } from '../../../semantics/clusters/circuit-breakers.ts'
import type { Rule } from '../../rule.ts'

/** A circuit breaker lets nothing through. */
export const circuitBreakerZero: Rule = {
  id: 'circuit-breaker-zero',
  profile: 'core',
  severity: 'error',
  title: 'A circuit breaker lets nothing through',
  detects: 'Thresholds of 0 for requests, pending requests, connection pools (HTTP) or connections (TCP).',
  impact: 'Requests are answered with 503, flag `UO`, details `overflow`.',
  exceptions: '`max_connections: 0` alone: each host gets one connection all the same.',
  fix: 'Set a limit above 0; to take a service out of use, take its route away.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking'],
  check: {
    *cluster({ name, cluster, reach }, { index }) {
      if (reach === 'nothing') return
      for (const priority of ['DEFAULT', 'HIGH'] as const) {
        const closed = closedThreshold(cluster, index.runtime, { priority, notFoundStatus: 404 })
        if (closed !== undefined)
          yield {
            message: `${closed.threshold} of cluster ${name} is 0${priority === 'HIGH' ? ' for priority HIGH' : ''}`,
          }
      }
    },
  },
}
