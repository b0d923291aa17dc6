import { isObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { fractionOf } from '../../../envoy/text/fractional-percent.ts'
import type { Rule } from '../../rule.ts'

/** All requests are doubled. */
export const mirrorEverything: Rule = {
  id: 'mirror-everything',
  profile: 'strict',
  severity: 'info',
  title: 'Every request is mirrored',
  detects: '`request_mirror_policies` without a fraction, or with 100 %.',
  impact: 'Twice the load, and twice every write that the mirror does not hold back.',
  fix: 'Mirror a share of the requests.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto'],
  check: {
    *route({ action }, { knows, hasCluster }) {
      for (const { cluster, runtime_fraction } of objectsOf(action.request_mirror_policies)) {
        // What is not there doubles nothing: mirror-to-missing-cluster says that.
        if (knows('clusters') && !hasCluster(stringOf(cluster) ?? '')) continue
        const { numerator, denominator } = fractionOf(objectOf(objectOf(runtime_fraction).default_value))
        if (!isObject(runtime_fraction) || numerator >= denominator)
          yield { message: `every request is mirrored to ${stringOf(cluster) ?? 'a cluster'}` }
      }
    },
  },
}
