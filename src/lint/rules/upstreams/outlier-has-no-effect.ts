import { isObject } from '../../../envoy/json.ts'
import { discoveryOf } from '../../../semantics/clusters/discovery-type.ts'
import type { Rule } from '../../rule.ts'

/** Outlier detection has no effect. */
export const outlierHasNoEffect: Rule = {
  id: 'outlier-has-no-effect',
  profile: 'core',
  severity: 'warning',
  title: 'Outlier detection has no effect',
  detects: 'Outlier detection on a cluster of type ORIGINAL_DST, which has no hosts of its own to choose from.',
  impact: 'Hosts that fail keep getting requests.',
  fix: 'Take it away, or route to a cluster with endpoints.',
  sources: ['https://github.com/envoyproxy/envoy/issues/17552'],
  check: {
    *cluster({ name, cluster, reach }) {
      if (reach !== 'nothing' && isObject(cluster.outlier_detection) && discoveryOf(cluster).type === 'ORIGINAL_DST')
        yield { message: `cluster ${name} takes the address that the client asked for: no host can be left out` }
    },
  },
}
