import { isObject, numberOf } from '../../../envoy/json.ts'
import { panicThresholdOf } from '../../../semantics/clusters/load-balancing.ts'
import type { Rule } from '../../rule.ts'

/** Outlier detection can take every host away. */
export const outlierCanEjectAll: Rule = {
  id: 'outlier-can-eject-all',
  profile: 'core',
  severity: 'warning',
  title: 'Outlier detection can take every host away',
  detects: '`max_ejection_percent: 100` where panic is off (`healthy_panic_threshold` 0).',
  impact: 'One bad release ejects every host: 503, flag `UH`, though servers answer.',
  fix: 'Lower max_ejection_percent, or let the cluster panic (healthy_panic_threshold).',
  topic: 'ejection',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier',
    'https://github.com/istio/istio/issues/8846',
  ],
  check: {
    *cluster({ name, cluster, reach }, { index }) {
      const { outlier_detection } = cluster
      if (reach === 'nothing' || !isObject(outlier_detection)) return
      if (numberOf(outlier_detection.max_ejection_percent) === 100 && panicThresholdOf(cluster, index.runtime) === 0)
        yield { message: `all hosts of cluster ${name} can be ejected, and it does not panic` }
    },
  },
}
