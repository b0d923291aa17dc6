import { type JsonObject, objectOf, objectsOf } from '../../../envoy/json.ts'
import { pickingPolicy, picksByHash } from '../../../semantics/clusters/lb-policy.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** A cluster that hashes without anything to hash. */
export const hashLbWithoutKey: Rule = {
  id: 'hash-lb-without-key',
  profile: 'core',
  severity: 'warning',
  title: 'A cluster hashes, but the route gives it nothing to hash',
  detects: 'Routes without `hash_policy` to a cluster with RING_HASH or MAGLEV.',
  impact: 'Sessions do not stick: without a hash Envoy picks at random.',
  exceptions: 'Policies of load balancing with a hash policy of their own.',
  fix: 'Add a hash policy to the route: a header, a cookie or the source address.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/load_balancers'],
  needs: ['clusters'],
  check: {
    *route({ action }, proxy) {
      if (objectsOf(action.hash_policy).length > 0) return
      for (const name of destinationsOf(action)) {
        const cluster = proxy.cluster(name)
        if (cluster === undefined || !picksByHash(cluster) || hashes(pickingPolicy(cluster).config)) continue
        yield {
          message: `gives cluster ${name} nothing to hash: hosts are picked at random`,
          cause: `nothing for ${name}`,
        }
      }
    },
  },
}

function hashes({ consistent_hashing_lb_config }: JsonObject): boolean {
  return objectsOf(objectOf(consistent_hashing_lb_config).hash_policy).length > 0
}
