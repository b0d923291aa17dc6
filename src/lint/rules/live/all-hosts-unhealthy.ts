import type { Rule } from '../../rule.ts'

/** No host of a cluster is healthy. */
export const allHostsUnhealthy: Rule = {
  id: 'all-hosts-unhealthy',
  profile: 'live',
  severity: 'error',
  title: 'No host of a cluster is healthy',
  detects: 'Clusters with hosts in /clusters of which none is healthy.',
  impact: 'Requests get 503, flag `UH`, or, in panic, go to hosts that fail.',
  fix: 'Look at the pods of the service and at why they fail.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--clusters'],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name, cluster }, { hosts }) {
      const all = hosts(cluster)?.hosts ?? []
      if (all.length > 0 && all.every(({ health }) => health === 'unhealthy'))
        yield { message: `no host of cluster ${name} is healthy` }
    },
  },
}
