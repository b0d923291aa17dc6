import { objectsOf } from '../../../envoy/json.ts'
import { picksByHash } from '../../../semantics/clusters/lb-policy.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** Sticky sessions over a cluster that does not hash. */
export const hashPolicyIneffective: Rule = {
  id: 'hash-policy-ineffective',
  profile: 'core',
  severity: 'warning',
  title: 'A hash policy has no effect: the cluster does not hash',
  detects:
    '`hash_policy` of routes to a cluster whose load balancing is neither RING_HASH nor MAGLEV, as a field or as a policy.',
  impact: 'Sessions do not stick: each request goes to another host.',
  fix: 'Set the load balancer of the cluster to RING_HASH or MAGLEV.',
  topic: 'hashing',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/load_balancers'],
  needs: ['clusters'],
  check: {
    *route({ action }, proxy) {
      if (objectsOf(action.hash_policy).length === 0) return
      for (const name of destinationsOf(action)) {
        const cluster = proxy.cluster(name)
        if (cluster !== undefined && !picksByHash(cluster))
          yield { message: `has a hash policy, but cluster ${name} does not pick hosts by a hash` }
      }
    },
  },
}
