import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { clusterName } from '../../../envoy/model/names.ts'
import { siblingClusters } from '../../../semantics/connection/why-not-serving.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import type { Found, Rule } from '../../rule.ts'
import { isPlaceholder } from './placeholders.ts'

/** A route that names a cluster that is not loaded. */
export const routeToMissingCluster: Rule = {
  id: 'route-to-missing-cluster',
  profile: 'core',
  severity: 'error',
  title: 'A route leads to a cluster that is not loaded',
  detects:
    '`route.cluster` and `weighted_clusters[].name` that are not among the static, active or warming clusters, in route configurations of RDS, of scopes and of listeners.',
  impact:
    'Every request that takes the route is answered with 503 (or `cluster_not_found_response_code`); the access log has the flag `NC` and the details `cluster_not_found`.',
  exceptions:
    'Routes of a port that the service does not have, while it has others, are `info`: Istio writes them for a VirtualService that names no port. Clusters that are asked for on demand (the `on_demand` filter) are left out.',
  fix: 'Correct the name, the port or the subset of the destination, or see why the cluster was rejected.',
  topic: 'subset',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage',
    'https://github.com/kumahq/kuma/issues/12040',
    'https://github.com/envoyproxy/gateway/issues/5876',
  ],
  needs: ['clusters'],
  check: {
    *route({ action, of: { of: table } }, proxy) {
      if (someOnDemand(table.managers)) return
      for (const cluster of new Set(destinationsOf(action))) {
        if (!proxy.hasCluster(cluster) && !isPlaceholder(cluster)) yield missing(cluster, proxy)
      }
    },
  },
}

/** A service that is there, but not with this port, gets no traffic on it: nobody can mean that. */
function missing(cluster: string, { index }: Linted): Found {
  const { subsets, ports } = siblingClusters(index, cluster)
  const why =
    subsets !== undefined
      ? `: of subsets there is ${subsets.join(', ')}`
      : ports !== undefined
        ? `: the service has port ${ports.join(', ')}`
        : ''
  const { port } = clusterName(cluster)
  const isOtherPort = ports !== undefined && port !== undefined && !ports.includes(String(port))
  return {
    message: `leads to cluster ${cluster}, which is not loaded${why}`,
    ...(isOtherPort ? { severity: 'info' } : {}),
  }
}

const someOnDemand = memoizeByObject((managers: readonly ManagerPlace[]) =>
  managers.some(({ filters }) => filters.some(({ message }) => message === 'OnDemand')),
)
