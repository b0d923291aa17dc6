import { isObject, stringOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { ManagerPlace } from '../../proxy/places.ts'
import { scopesOf } from '../../proxy/tables.ts'
import type { Rule } from '../../rule.ts'

/** A scope whose route configuration is not loaded. */
export const srdsKeyWithoutRoutes: Rule = {
  id: 'srds-key-without-routes',
  profile: 'core',
  severity: 'error',
  title: 'A scope of routes has no route configuration',
  detects: 'Scopes of scoped routes whose `route_configuration_name` is not loaded.',
  impact: 'Requests with that key are answered with 404, flag `NR`, details `route_not_found`.',
  exceptions: 'Scopes that are loaded on demand.',
  fix: 'See whether the control plane sends the route configuration under that name.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_routing'],
  needs: ['routes'],
  check: {
    *manager(place, proxy) {
      const { dump, index } = proxy
      const { scoped_routes } = place.manager
      if (!isObject(scoped_routes)) return
      if (!firstOfScopes(proxy).has(place)) return
      for (const { name, on_demand, route_configuration_name } of scopesOf(scoped_routes, dump)) {
        const wanted = stringOf(route_configuration_name)
        if (wanted === undefined || on_demand === true || index.serving('routes', wanted) !== undefined) continue
        yield { message: `scope ${stringOf(name) ?? ''} waits for route configuration ${wanted}, which is not loaded` }
      }
    },
  },
}

/** The first connection manager of each list of scopes: what is wrong with scopes that many managers share is reported once. */
const firstOfScopes = memoizeByObject(({ managers, dump }: Linted): ReadonlySet<ManagerPlace> => {
  const first = new Map<unknown, ManagerPlace>()
  for (const place of managers) {
    const { scoped_routes } = place.manager
    if (!isObject(scoped_routes)) continue
    const scopes = scopesOf(scoped_routes, dump)
    if (!first.has(scopes)) first.set(scopes, place)
  }
  return new Set(first.values())
})
