import { objectOf } from '../../../envoy/json.ts'
import type { TablePlace } from '../../proxy/places.ts'
import { routesOf, virtualHostsOf } from '../../proxy/tables.ts'
import type { Rule } from '../../rule.ts'

/** Preflight requests are denied: CORS stands behind authorization. */
export const corsAfterAuth: Rule = {
  id: 'cors-after-auth',
  profile: 'core',
  severity: 'warning',
  title: 'Preflight requests are denied: CORS stands behind authorization',
  detects:
    'The CORS filter behind JWT, RBAC, external authorization or basic authentication, for a route configuration with a CORS policy.',
  impact: 'Browsers send preflights without credentials: they get 401 or 403, and the page fails.',
  exceptions: 'Chains whose routes have no CORS policy.',
  fix: 'Put the CORS filter first.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter'],
  check: {
    *manager({ filters }, { tables }) {
      const cors = filters.findIndex(({ message, isDisabled }) => message === 'Cors' && !isDisabled)
      const auth = filters.findIndex(({ message, isDisabled }) => guards.has(message) && !isDisabled)
      if (cors === -1 || auth === -1 || auth > cors) return
      const name = filters[cors]?.name ?? ''
      const own = tables.filter(({ managers }) => managers.some((manager) => manager.filters === filters))
      if (own.some((table) => hasPolicy(table, name)))
        yield { message: `filter ${name} stands behind ${filters[auth]?.name ?? ''}, which denies preflights` }
    },
  },
}

const guards: ReadonlySet<string> = new Set([
  'JwtAuthentication',
  'RBAC',
  'ExtAuthz',
  'BasicAuth',
  'ApiKeyAuth',
  'OAuth2',
])

function hasPolicy(table: TablePlace, filter: string): boolean {
  const has = (level: Parameters<typeof objectOf>[0]) => {
    const { typed_per_filter_config, cors } = objectOf(level)
    return cors !== undefined || objectOf(typed_per_filter_config)[filter] !== undefined
  }
  if (has(table.table)) return true
  return virtualHostsOf(table).some(
    (host) => has(host.virtualHost) || routesOf(host).some(({ route, action }) => has(route) || has(action)),
  )
}
