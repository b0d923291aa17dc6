import { objectOf } from '../../../envoy/json.ts'
import { clusterStatPrefix } from '../../../envoy/proto-json/stats-reply.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Updates a second that cost a proxy something. */
const leastRate = 1
const leastShare = 0.9
/** A start brings every cluster its endpoints at once. */
const leastUptime = 600_000

/** Endpoints are sent again and again as they are. */
export const edsUnchangedChurn: Rule = {
  id: 'eds-unchanged-churn',
  profile: 'live',
  severity: 'info',
  title: 'Endpoints are sent again and again as they are',
  detects:
    'Clusters of EDS: `update_no_rebuild` of them together above one a second since the start, and above 90 % of `update_success`.',
  impact:
    'The control plane sends what the proxy has: work for both sides and the network at each of them, which is missing when endpoints do change.',
  exceptions: 'Proxies that have run for less than ten minutes. Istio leaves these statistics out by default.',
  fix: 'Find what makes the control plane send: objects that are written all the time, annotations that controllers change; where it can, let it send only what is new (delta xDS).',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats'],
  needs: ['clusters', 'stats'],
  check: {
    *proxy({ clusters, stats, serverInfo }) {
      const uptime = durationOf(objectOf(serverInfo).uptime_current_epoch)
      if (uptime < leastUptime || stats === undefined) return
      let unchanged = 0
      let updates = 0
      for (const { name, cluster } of clusters) {
        if (cluster.type !== 'EDS') continue
        const prefix = clusterStatPrefix(name, cluster)
        unchanged += stats.get(`${prefix}update_no_rebuild`) ?? 0
        updates += stats.get(`${prefix}update_success`) ?? 0
      }
      const rate = unchanged / (uptime / 1000)
      if (rate >= leastRate && unchanged >= updates * leastShare)
        yield {
          message: `${unchanged} of ${updates} updates of endpoints changed nothing, ${rate.toFixed(1)} a second`,
          cause: 'unchanged endpoints',
          at: { resource: 'clusters', reach: 'unknown' },
        }
    },
  },
}
