import { stringsOf } from '../../../envoy/json.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import type { Rule } from '../../rule.ts'

/** A cluster of clusters with a member that is not loaded. */
export const aggregateMemberMissing: Rule = {
  id: 'aggregate-member-missing',
  profile: 'core',
  severity: 'error',
  title: 'An aggregate cluster has a member that is not loaded',
  detects: '`clusters` of an aggregate cluster (`envoy.clusters.aggregate`) that are not among the clusters.',
  impact: 'Failover does not happen: when the members before it are down, requests get 503, flag `UH`.',
  fix: 'Define the cluster, or take it out of the aggregate.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/aggregate_cluster'],
  check: {
    *cluster({ name, cluster }, { hasCluster }) {
      const { type, config } = discoveryOf(cluster)
      if (type !== 'AGGREGATE') return
      for (const member of stringsOf(config.clusters))
        if (!hasCluster(member)) yield { message: `cluster ${name} falls back to ${member}, which is not loaded` }
    },
  },
}
