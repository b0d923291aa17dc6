import { everyObject } from '../../proxy/every-object.ts'
import type { HttpFilter } from '../../proxy/http-filters.ts'
import type { Rule } from '../../rule.ts'

/** Authorization reads claims before the token is checked. */
export const rbacReadsClaimsBeforeJwt: Rule = {
  id: 'rbac-reads-claims-before-jwt',
  profile: 'core',
  severity: 'error',
  title: 'Authorization reads claims before the token is checked',
  detects:
    'An RBAC filter with rules on metadata of the JWT filter that stands before it, in a connection manager that has both.',
  impact:
    'The claims are not there: everything is denied, 403 `rbac_access_denied…`, or, for a deny rule, everything is allowed.',
  fix: 'Put the JWT filter first.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/rbac_filter',
  ],
  check: {
    *manager({ filters }) {
      const jwt = filters.findIndex(({ message }) => message === 'JwtAuthentication')
      const rbac = filters.findIndex((filter) => filter.message === 'RBAC' && readsClaims(filter))
      if (jwt > -1 && rbac > -1 && rbac < jwt)
        yield {
          message: `filter ${filters[rbac]?.name ?? ''} reads claims before ${filters[jwt]?.name ?? ''} has checked the token`,
        }
    },
  },
}

function readsClaims({ config }: HttpFilter): boolean {
  return [...everyObject(config)].some(({ filter }) => filter === 'envoy.filters.http.jwt_authn')
}
