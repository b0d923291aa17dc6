import { objectOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A connection manager whose route configuration has not come. */
export const rdsNotLoaded: Rule = {
  id: 'rds-not-loaded',
  profile: 'core',
  severity: 'error',
  title: 'A listener waits for a route configuration that has not come',
  detects: '`rds.route_config_name` of a connection manager without a route configuration of that name.',
  impact:
    'Every request is answered with 404, flag `NR`, details `route_not_found`; a listener that starts anew never opens.',
  exceptions: 'Dumps that hold no route configurations at all: nothing is concluded.',
  fix: 'See whether the control plane sends the route configuration, and whether Envoy rejected it (proxy-status).',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/rds'],
  needs: ['routes'],
  check: {
    *manager({ manager }, { index }) {
      const name = stringOf(objectOf(manager.rds).route_config_name)
      if (name !== undefined && index.serving('routes', name) === undefined)
        yield { message: `waits for route configuration ${name}, which is not loaded` }
    },
  },
}
