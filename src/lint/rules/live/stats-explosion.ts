import { isObject, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Statistics that Envoy keeps of each endpoint (1.40). */
const statsOfEndpoint = 10

/** Every scrape prints each; what Envoy keeps of all else is some thousands. */
const many = 100_000

/** Endpoints have statistics of their own, and are too many for that. */
export const statsExplosion: Rule = {
  id: 'stats-explosion',
  profile: 'live',
  severity: 'warning',
  title: 'Statistics of single endpoints are more than a scrape can take',
  detects: `Clusters with \`track_cluster_stats.per_endpoint_stats\` whose endpoints have ${many.toLocaleString('en')} statistics or more together, ${statsOfEndpoint} each, in a proxy without \`stats_matcher\`.`,
  impact: 'Memory, and scrapes of many megabytes that time out: what is looked for in an outage is then missing.',
  exceptions:
    'Statistics that come of tags (Istio adds labels to its metrics) are not counted: nothing but reading all of them tells.',
  fix: 'Leave `per_endpoint_stats` to the clusters that are looked at, or bound statistics by `stats_config.stats_matcher`.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto#config-cluster-v3-trackclusterstats',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/level_two',
  ],
  needs: ['bootstrap', 'clusters', 'endpoints'],
  check: {
    *proxy({ bootstrap, clusters, hosts }) {
      if (isObject(objectOf(bootstrap.stats_config).stats_matcher)) return
      let endpoints = 0
      for (const { cluster } of clusters)
        if (objectOf(cluster.track_cluster_stats).per_endpoint_stats === true)
          endpoints += hosts(cluster)?.hosts.length ?? 0
      if (endpoints * statsOfEndpoint >= many)
        yield {
          message: `${endpoints} endpoints have ${endpoints * statsOfEndpoint} statistics of their own`,
          cause: 'per_endpoint_stats',
          at: { resource: 'clusters', reach: 'unknown' },
        }
    },
  },
}
