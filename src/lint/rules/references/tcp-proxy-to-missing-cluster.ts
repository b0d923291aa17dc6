import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** A TCP proxy whose cluster is not loaded. */
export const tcpProxyToMissingCluster: Rule = {
  id: 'tcp-proxy-to-missing-cluster',
  profile: 'core',
  severity: 'error',
  title: 'A TCP proxy leads to a cluster that is not loaded',
  detects: '`cluster` and `weighted_clusters[].name` of TCP proxies that are not among the clusters.',
  impact: 'Every connection is reset as soon as it is accepted; the access log has the flag `NC`.',
  exceptions: 'Clusters that are called a black hole: the connection is to be reset.',
  fix: 'Correct the destination, or see why the cluster was rejected.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/network_filters/tcp_proxy_filter'],
  needs: ['clusters'],
  check: {
    *tcpProxy({ config }, { hasCluster }) {
      for (const cluster of new Set(destinationsOf(config)))
        if (!hasCluster(cluster) && !/^blackhole/i.test(cluster))
          yield { message: `leads to cluster ${cluster}, which is not loaded` }
    },
  },
}
