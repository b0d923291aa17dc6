import { objectOf, objectsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Connections are not limited. */
export const noConnectionLimit: Rule = {
  id: 'no-connection-limit',
  profile: 'edge',
  severity: 'warning',
  title: 'Connections are not limited',
  detects:
    'Neither the resource monitor `global_downstream_max_connections`, nor the runtime `overload.global_downstream_max_connections`, nor a limit of the listener.',
  impact: 'File descriptors run out, and new connections fail with nothing in the log.',
  fix: 'Limit the connections.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  needs: ['bootstrap', 'listeners'],
  check: {
    *proxy({ bootstrap, listeners, index }) {
      const edge = listeners.filter(({ isEdge }) => isEdge)
      const monitors = objectsOf(objectOf(bootstrap.overload_manager).resource_monitors)
      if (monitors.some(({ name }) => name === 'envoy.resource_monitors.global_downstream_max_connections')) return
      if (index.runtime.value('overload.global_downstream_max_connections') !== undefined) return
      const open = edge.filter(
        ({ name }) => index.runtime.value(`envoy.resource_limits.listener.${name}.connection_limit`) === undefined,
      )
      if (open.length > 0) yield { message: 'does not limit connections', at: { resource: 'bootstrap' } }
    },
  },
}
