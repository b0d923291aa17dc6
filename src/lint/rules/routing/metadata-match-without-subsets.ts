import { isObject, objectOf, objectsOf } from '../../../envoy/json.ts'
import { subsetConfig } from '../../../semantics/clusters/subset.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** A route that asks for a subset of a cluster without subsets. */
export const metadataMatchWithoutSubsets: Rule = {
  id: 'metadata-match-without-subsets',
  profile: 'core',
  severity: 'warning',
  title: 'A route asks for a subset of a cluster that has none',
  detects: '`metadata_match` of a route to a cluster without `lb_subset_config` and without the subset policy.',
  impact: 'Envoy ignores it in silence: requests for the new version go to all hosts.',
  fix: 'Give the cluster subset selectors, or take the match away.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/subsets'],
  needs: ['clusters'],
  check: {
    *route({ action }, proxy) {
      const asks = [action, ...objectsOf(objectOf(action.weighted_clusters).clusters)].some(({ metadata_match }) =>
        isObject(metadata_match),
      )
      if (!asks) return
      for (const name of destinationsOf(action)) {
        const cluster = proxy.cluster(name)
        if (cluster !== undefined && subsetConfig(cluster) === undefined)
          yield { message: `asks for a subset of cluster ${name}, which has none: all its hosts get the requests` }
      }
    },
  },
}
