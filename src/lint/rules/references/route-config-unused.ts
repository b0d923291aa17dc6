import type { Rule } from '../../rule.ts'

/** A route configuration that no listener uses. */
export const routeConfigUnused: Rule = {
  id: 'route-config-unused',
  profile: 'strict',
  severity: 'info',
  title: 'A route configuration is loaded that no listener uses',
  detects: 'Route configurations of RDS that no connection manager names, directly or by a scope.',
  impact: 'Memory and pushes for nothing; whoever reads it believes that its routes work.',
  fix: 'Look for the listener that should use it: it may have been rejected, or have another name or port.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/rds'],
  needs: ['listeners'],
  check: {
    *table({ name, reach }) {
      if (reach === 'nothing') yield { message: `no listener uses route configuration ${name}` }
    },
  },
}
