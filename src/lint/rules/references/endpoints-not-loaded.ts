import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import { assignmentOf } from '../../../semantics/clusters/hosts.ts'
import type { Rule } from '../../rule.ts'

/** A cluster for which the control plane has sent no endpoints, not even an empty list. */
export const endpointsNotLoaded: Rule = {
  id: 'endpoints-not-loaded',
  profile: 'core',
  severity: 'warning',
  title: 'A cluster waits for endpoints that were never sent',
  detects:
    'Clusters of type EDS without a ClusterLoadAssignment in the endpoints section, and without hosts in /clusters.',
  impact:
    'Requests are answered with 503, flag `UH`, details `no_healthy_upstream`; after a restart the cluster warms until its time is up.',
  exceptions:
    'Needs the endpoints section (`config_dump?include_eds`), of which nothing is concluded when it is absent. Clusters that nothing leads to are left out. An Envoy that gave up waiting (`initial_fetch_timeout`) lists the cluster as empty: cluster-empty-and-used says that.',
  fix: 'See whether the control plane knows the service, and whether Envoy rejected its endpoints (proxy-status).',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto'],
  needs: ['endpoints', 'clusters'],
  check: {
    *cluster({ name, cluster, reach }, { index, statuses }) {
      if (reach === 'nothing' || discoveryOf(cluster).type !== 'EDS' || !index.dump.has('endpoints')) return
      const isThere = assignmentOf(cluster, index) !== undefined || statuses?.some((status) => status.name === name)
      if (!isThere) yield { message: `no endpoints were sent for cluster ${name}` }
    },
  },
}
