import type { Rule } from '../../rule.ts'

/** Hosts are left out now. */
export const hostsEjectedNow: Rule = {
  id: 'hosts-ejected-now',
  profile: 'live',
  severity: 'warning',
  title: 'Hosts are left out now',
  detects: '`failed_outlier_check` and `failed_active_health_check` of hosts in /clusters.',
  impact: 'The other hosts carry the load.',
  fix: 'Look at these pods: kubectl proxy-config endpoints --status unhealthy names why.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/operations/admin#get--clusters',
    'https://github.com/istio/istio/issues/52962',
  ],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name, cluster }, { hosts }) {
      const all = hosts(cluster)?.hosts ?? []
      const out = all.filter(({ unhealthyCauses }) =>
        unhealthyCauses.some((cause) => cause === 'ejected' || cause === 'check-failed'),
      )
      if (out.length > 0)
        yield {
          message: `${out.length} of ${all.length} hosts of cluster ${name} are left out: ${out.map(({ label }) => label).join(', ')}`,
        }
    },
  },
}
