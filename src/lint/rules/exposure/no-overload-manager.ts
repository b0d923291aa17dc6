import { isObject } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Nothing sheds load before memory runs out. */
export const noOverloadManager: Rule = {
  id: 'no-overload-manager',
  profile: 'edge',
  severity: 'warning',
  title: 'Nothing sheds load before memory runs out',
  detects: 'A bootstrap without `overload_manager`, of a proxy with listeners that face the outside.',
  impact: 'The kernel kills the proxy, and with it every connection, where it could have answered 503.',
  fix: 'Configure the overload manager with a fixed heap.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/overload_manager/overload_manager',
  ],
  needs: ['bootstrap', 'listeners'],
  check: {
    *proxy({ bootstrap, listeners }) {
      if (listeners.some(({ isEdge }) => isEdge) && !isObject(bootstrap.overload_manager))
        yield { message: 'has no overload manager', at: { resource: 'bootstrap' } }
    },
  },
}
