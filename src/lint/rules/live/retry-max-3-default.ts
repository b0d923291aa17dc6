import { objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { clusterStatPrefix } from '../../../envoy/proto-json/stats-reply.ts'
import { countText } from '../../../envoy/text/count-text.ts'
import type { Rule } from '../../rule.ts'

/** Retries are left out by a limit that nobody chose. */
export const retryMax3Default: Rule = {
  id: 'retry-max-3-default',
  profile: 'live',
  severity: 'warning',
  title: 'Retries are left out by a limit that nobody chose',
  detects:
    '`upstream_rq_retry_overflow` above 0 in a cluster without `max_retries` and `retry_budget`: 3 at a time is the default of Envoy.',
  impact:
    'A request that the route would retry ends with its first failure, flags `UO` or `URX`, as soon as three others are being retried.',
  exceptions: 'Counted since the proxy started. Istio leaves this statistic out by default.',
  fix: 'Set `circuit_breakers.thresholds.max_retries`, or better a `retry_budget`.',
  topic: 'limits',
  sources: ['https://github.com/istio/istio/pull/10566'],
  needs: ['clusters', 'stats'],
  check: {
    *cluster({ name, cluster }, { stats }) {
      const left = stats?.get(`${clusterStatPrefix(name, cluster)}upstream_rq_retry_overflow`) ?? 0
      const own = objectsOf(objectOf(cluster.circuit_breakers).thresholds).find(
        ({ priority }) => (stringOf(priority) ?? 'DEFAULT') === 'DEFAULT',
      )
      if (left > 0 && own?.max_retries === undefined && own?.retry_budget === undefined)
        yield {
          message: `${countText(left, 'retry', 'retries')} of cluster ${name} left out: it allows 3 at a time`,
          cause: name,
        }
    },
  },
}
