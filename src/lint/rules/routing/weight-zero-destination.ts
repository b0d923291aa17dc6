import { numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A destination that gets nothing. */
export const weightZeroDestination: Rule = {
  id: 'weight-zero-destination',
  profile: 'strict',
  severity: 'info',
  title: 'A destination has the weight 0',
  detects: 'One of several `weighted_clusters` with weight 0.',
  impact: 'It gets no requests: often what is left of a canary that ended.',
  fix: 'Take the destination out.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/traffic_splitting'],
  check: {
    *route({ action }) {
      for (const { name, weight } of objectsOf(objectOf(action.weighted_clusters).clusters))
        if ((numberOf(weight) ?? 0) === 0) yield { message: `gives cluster ${stringOf(name) ?? ''} the weight 0` }
    },
  },
}
