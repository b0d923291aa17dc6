import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { subsetConfig, subsetHosts } from '../../../semantics/clusters/subset.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** A route that asks for hosts with metadata that none has. */
export const subsetWithoutHosts: Rule = {
  id: 'subset-without-hosts',
  profile: 'core',
  severity: 'error',
  title: 'A route asks for a subset that has no hosts',
  detects:
    '`metadata_match` of routes and weighted clusters that selects no endpoint of the cluster, where its fallback is NO_FALLBACK.',
  impact: 'Requests are answered with 503, flag `UH`, details `no_healthy_upstream`.',
  exceptions: 'Clusters without endpoints: cluster-empty-and-used says so.',
  fix: 'Label the pods, or correct the labels that the route asks for.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/subsets'],
  needs: ['endpoints', 'clusters'],
  check: {
    *route({ action }, proxy) {
      const weighted = objectsOf(objectOf(action.weighted_clusters).clusters)
      for (const name of destinationsOf(action)) {
        const cluster = proxy.cluster(name)
        const config = cluster === undefined ? undefined : subsetConfig(cluster)
        const hosts = cluster === undefined ? undefined : proxy.hosts(cluster)?.hosts
        if (config === undefined || hosts === undefined || hosts.length === 0) continue
        const own = weighted.find((one) => stringOf(one.name) === name)
        const criteria = { ...criteriaOf(action), ...criteriaOf(own ?? {}) }
        if (Object.keys(criteria).length === 0 || subsetHosts(config, hosts, criteria).hosts.length > 0) continue
        yield { message: `asks cluster ${name} for hosts with ${JSON.stringify(criteria)}, which none has` }
      }
    },
  },
}

function criteriaOf({ metadata_match }: JsonObject): JsonObject {
  return objectOf(objectOf(objectOf(metadata_match).filter_metadata)['envoy.lb'])
}
