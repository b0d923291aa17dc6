import { isObject, stringOf } from '../../../envoy/json.ts'
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
    *manager({ manager }, { dump, index }) {
      if (!isObject(manager.scoped_routes)) return
      for (const { name, on_demand, route_configuration_name } of scopesOf(manager.scoped_routes, dump)) {
        const wanted = stringOf(route_configuration_name)
        if (wanted === undefined || on_demand === true || index.serving('routes', wanted) !== undefined) continue
        yield { message: `scope ${stringOf(name) ?? ''} waits for route configuration ${wanted}, which is not loaded` }
      }
    },
  },
}
