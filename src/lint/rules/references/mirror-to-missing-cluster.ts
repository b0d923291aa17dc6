import { objectsOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A mirror whose cluster is not loaded. */
export const mirrorToMissingCluster: Rule = {
  id: 'mirror-to-missing-cluster',
  profile: 'core',
  severity: 'warning',
  title: 'Requests are mirrored to a cluster that is not loaded',
  detects:
    '`request_mirror_policies[].cluster` of routes that is not among the clusters. Envoy accepts it without a word.',
  impact: 'The copy of every request vanishes: a test of the new version sees no traffic, and no log says so.',
  exceptions: 'A mirror that takes the cluster from a header is left out.',
  fix: 'Correct the destination of the mirror, or define its subset.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto'],
  needs: ['clusters'],
  check: {
    *route({ action }, { hasCluster }) {
      for (const { cluster } of objectsOf(action.request_mirror_policies)) {
        const name = stringOf(cluster) ?? ''
        if (name !== '' && !hasCluster(name)) yield { message: `mirrors to cluster ${name}, which is not loaded` }
      }
    },
  },
}
