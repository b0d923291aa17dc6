import { isObject, numberOf, objectOf } from '../../../envoy/json.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { RoutePlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'
import { isPlaceholder } from './placeholders.ts'

/** A route whose backend the control plane did not find. */
export const backendUnresolved: Rule = {
  id: 'backend-unresolved',
  profile: 'core',
  severity: 'error',
  title: 'A route has a placeholder where its backend was not found',
  detects:
    'Clusters that control planes name in place of a backend (`invalid-backend-cluster`, `kuma.io/unresolved-backend`, `blackhole_cluster`, `BlackHoleCluster` of an HTTP route), and a `direct_response` of 500 or more without a body on a route that an API object is behind.',
  impact:
    'Requests are answered with 500 or 503, the details are `direct_response` or `cluster_not_found`; no statistics of a cluster count them.',
  exceptions: 'A direct response with a body is a maintenance page: `info`. Routes for probes are left out.',
  fix: 'See the status of the route: a reference that is not allowed, a Service that does not exist or has no ready endpoint.',
  sources: ['https://github.com/envoyproxy/gateway/issues/9452', 'https://github.com/kumahq/kuma/pull/16760'],
  check: {
    *route(place) {
      const named = destinationsOf(place.action).find(isPlaceholder)
      if (named !== undefined) yield { message: `leads to ${named}: the control plane did not find the backend` }
      const answer = objectOf(place.route.direct_response)
      const status = numberOf(answer.status) ?? 0
      if (status >= 500 && place.object !== '')
        yield {
          message: `answers ${status} itself: the control plane found no backend`,
          cause: `${place.object} ${status}`,
          ...(isObject(answer.body) ? { severity: 'info' } : {}),
        }
    },
  },
}

/** Whether a route only stands for a backend that is missing: it answers 500 or more without a body. */
export function standsForBackend({ route }: Pick<RoutePlace, 'route'>): boolean {
  const answer = objectOf(route.direct_response)
  return (numberOf(answer.status) ?? 0) >= 500 && !isObject(answer.body)
}
