import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import { assignmentOf } from '../../../semantics/clusters/hosts.ts'
import type { Rule } from '../../rule.ts'

/** A cluster that a route leads to has no endpoints. */
export const clusterEmptyAndUsed: Rule = {
  id: 'cluster-empty-and-used',
  profile: 'core',
  severity: 'error',
  title: 'A cluster that a route leads to has no endpoints',
  detects: 'Clusters without endpoints that are the only destination of a route or TCP proxy that a listener leads to.',
  impact: 'Requests are answered with 503, flag `UH`, details `no_healthy_upstream`.',
  exceptions: 'Black holes, services that are scaled to zero on purpose, and one of several destinations.',
  fix: 'See whether the Service selects ready pods, and whether its port has that name.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/service_discovery'],
  needs: ['endpoints'],
  check: {
    *cluster({ name, cluster }, { hosts, uses, index, statuses }) {
      const reach = uses.onlyDestination(name)
      const { type } = discoveryOf(cluster)
      if (reach === 'nothing' || !/^(?:EDS|STATIC|STRICT_DNS|LOGICAL_DNS)$/.test(type)) return
      const known = hosts(cluster)?.hosts
      // Endpoints that were never sent are another finding.
      const isAwaited = type === 'EDS' && statuses === undefined && assignmentOf(cluster, index) === undefined
      if (known?.length !== 0 || isAwaited || isMeant(name)) return
      const why = type.endsWith('_DNS') ? ': its name does not resolve' : ''
      yield { message: `cluster ${name} has no endpoints${why}`, reach }
    },
  },
}

/** Clusters that are there to be empty. */
function isMeant(name: string): boolean {
  return /black-?_?hole|^empty|no-?-?backend/i.test(name)
}
