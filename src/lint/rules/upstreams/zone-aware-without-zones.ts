import { isObject, objectOf, stringOf } from '../../../envoy/json.ts'
import { localityConfigOf } from '../../../semantics/clusters/lb-policy.ts'
import type { Rule } from '../../rule.ts'

/** Routing by zone is set, but zones are not known. */
export const zoneAwareWithoutZones: Rule = {
  id: 'zone-aware-without-zones',
  profile: 'core',
  severity: 'warning',
  title: 'Routing by zone is set, but zones are not known',
  detects: '`zone_aware_lb_config` of a cluster, where the proxy has no zone, or no endpoint has one.',
  impact: 'Requests go to all zones, and cost what they did before.',
  fix: 'Label the nodes with topology.kubernetes.io/zone, and see that the control plane passes it on.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/zone_aware'],
  needs: ['bootstrap', 'endpoints'],
  check: {
    *cluster({ name, cluster, reach }, { bootstrap, hosts }) {
      const set = localityConfigOf(cluster).zone_aware_lb_config
      if (reach === 'nothing' || !isObject(set)) return
      const known = hosts(cluster)?.hosts ?? []
      if (stringOf(objectOf(objectOf(bootstrap.node).locality).zone) === undefined)
        yield { message: `cluster ${name} routes by zone, but the proxy has none`, cause: 'no own zone' }
      else if (known.length > 0 && known.every(({ locality }) => locality === ''))
        yield { message: `cluster ${name} routes by zone, but its endpoints have none` }
    },
  },
}
