import { objectOf, objectsOf } from '../../../envoy/json.ts'
import { clusterStatPrefix } from '../../../envoy/proto-json/stats-reply.ts'
import type { Rule } from '../../rule.ts'

/** So many attempts are enough to judge by. */
const leastAttempts = 100

/** A fifth of what is sent to a cluster are retries. */
export const retryStorm: Rule = {
  id: 'retry-storm',
  profile: 'live',
  severity: 'warning',
  title: 'Many of the requests to a cluster are retries',
  detects: `\`upstream_rq_retry\` above 20 % of \`upstream_rq_total\` (from ${leastAttempts} on), in a cluster without \`retry_budget\`.`,
  impact:
    'Retries multiply along the way of a request: servers that are slow for their load get more of it. The log shows `URX` where they are used up.',
  exceptions:
    'Both count since the proxy started: what is over may still be found. Istio leaves these statistics out by default.',
  fix: 'Find what fails (explain, endpoints --traffic); retry in one place of the way only, and set `retry_budget`.',
  sources: [
    'https://github.com/envoyproxy/envoy/issues/24937',
    'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking',
  ],
  needs: ['clusters', 'stats'],
  check: {
    *cluster({ name, cluster }, { stats }) {
      const prefix = clusterStatPrefix(name, cluster)
      const [attempts, retries] = [
        stats?.get(`${prefix}upstream_rq_total`) ?? 0,
        stats?.get(`${prefix}upstream_rq_retry`) ?? 0,
      ]
      const hasBudget = objectsOf(objectOf(cluster.circuit_breakers).thresholds).some(
        ({ retry_budget }) => retry_budget !== undefined,
      )
      if (attempts >= leastAttempts && retries > attempts * 0.2 && !hasBudget)
        yield { message: `${retries} of ${attempts} requests to cluster ${name} were retries`, cause: name }
    },
  },
}
