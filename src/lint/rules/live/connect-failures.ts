import { clusterStatus } from '../../../semantics/clusters/cluster-status.ts'
import { hostsNeverReached } from '../../../semantics/clusters/failed-connections.ts'
import type { Rule } from '../../rule.ts'

/** Connections to a host fail. */
export const connectFailures: Rule = {
  id: 'connect-failures',
  profile: 'live',
  severity: 'warning',
  title: 'Connections to a host fail',
  detects: 'Hosts in /clusters with `cx_connect_fail` as high as `cx_total`.',
  impact: 'Requests that pick the host get 503, flag `UF`; often a pod that is gone.',
  fix: 'See whether a pod has that address; if not, the control plane did not take it away.',
  sources: ['https://github.com/istio/istio/issues/54081', 'https://github.com/istio/istio/issues/36510'],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name }, { statuses }) {
      const status = clusterStatus(statuses, name)
      for (const { address, failed } of hostsNeverReached(status ?? {}))
        yield { message: `every connection to ${address} of cluster ${name} failed (${failed})` }
    },
  },
}
