import { balance } from '../../../semantics/clusters/load-balancing.ts'
import type { Rule } from '../../rule.ts'

/** Hosts that fail get requests: the cluster panics. */
export const panicRoutingNow: Rule = {
  id: 'panic-routing-now',
  profile: 'live',
  severity: 'warning',
  title: 'Hosts that fail get requests: the cluster panics',
  detects: 'Clusters of which fewer hosts are healthy than the panic threshold asks for (half, when nothing is set).',
  impact: 'Envoy sends requests to all hosts, those that fail included.',
  fix: 'Bring hosts back, or set the panic threshold lower.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/panic_threshold'],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name, cluster }, { hosts, index }) {
      const set = hosts(cluster)
      if (set === undefined || set.hosts.length === 0) return
      const { levels } = balance(cluster, [set], { runtime: index.runtime })
      if (levels.some(({ panic }) => panic))
        yield { message: `cluster ${name} panics: requests go to hosts that fail as well` }
    },
  },
}
