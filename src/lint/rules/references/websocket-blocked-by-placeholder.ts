import { type JsonObject, objectsOf, stringOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import { routesOf } from '../../proxy/tables.ts'
import type { Rule } from '../../rule.ts'
import { standsForBackend } from './backend-unresolved.ts'

/** WebSockets that get 403 where a backend is missing. */
export const websocketBlockedByPlaceholder: Rule = {
  id: 'websocket-blocked-by-placeholder',
  profile: 'core',
  severity: 'error',
  title: 'WebSocket clients get 403 where the backend is missing',
  detects:
    'Virtual hosts in which a route allows `upgrade_configs: websocket` and another is a `direct_response` of 500 or more without a body, while no connection manager allows the upgrade.',
  impact:
    'Plain requests get 503, but an upgrade gets 403 with the details `upgrade_failed`, which clients take as final: they do not come back when the backend does.',
  fix: 'Give the backend endpoints, or allow the upgrade for the whole connection manager.',
  sources: ['https://github.com/envoyproxy/gateway/issues/9452'],
  check: {
    *virtualHost(place) {
      const routes = routesOf(place)
      if (someAllows(place.of.managers)) return
      if (routes.some(({ action }) => allows(action)) && routes.some(standsForBackend))
        yield {
          message: 'a route without backend answers WebSocket upgrades with 403',
          cause: place.object || place.path,
        }
    },
  },
}

function allows(holder: JsonObject): boolean {
  return objectsOf(holder.upgrade_configs).some(
    ({ upgrade_type, enabled }) => stringOf(upgrade_type)?.toLowerCase() === 'websocket' && enabled !== false,
  )
}

const someAllows = memoizeByObject((managers: readonly ManagerPlace[]) =>
  managers.some(({ manager }) => allows(manager)),
)
