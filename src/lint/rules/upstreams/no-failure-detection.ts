import { isObject, objectsOf } from '../../../envoy/json.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import type { Rule } from '../../rule.ts'

/** Nothing notices a host that fails. */
export const noFailureDetection: Rule = {
  id: 'no-failure-detection',
  profile: 'strict',
  severity: 'info',
  title: 'Nothing notices a host that fails',
  detects: 'Clusters of type STATIC or DNS with several hosts, without health checks and outlier detection.',
  impact: 'A dead host gets its share of the requests until somebody looks.',
  fix: 'Add outlier detection or a health check.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/health_checking'],
  check: {
    *cluster({ name, cluster }, { hosts }) {
      if (isObject(cluster.outlier_detection) || objectsOf(cluster.health_checks).length > 0) return
      if (!/^(?:STATIC|STRICT_DNS)$/.test(discoveryOf(cluster).type)) return
      if ((hosts(cluster)?.hosts.length ?? 0) > 1)
        yield { message: `nothing notices when a host of cluster ${name} fails` }
    },
  },
}
