import { objectOf, objectsOf } from '../../../envoy/json.ts'
import type { HttpFilter } from '../../proxy/http-filters.ts'
import type { Rule } from '../../rule.ts'

/** A route matches on claims of a token that no filter verifies. */
export const routeReadsClaimsWithoutJwt: Rule = {
  id: 'route-reads-claims-without-jwt',
  profile: 'core',
  severity: 'error',
  title: 'A route matches on claims of a token that no filter verifies',
  detects:
    'Routes with `dynamic_metadata` of `envoy.filters.http.jwt_authn` whose connection managers have no JWT filter, or one without `clear_route_cache`: Envoy has chosen the route before. In Istio: a VirtualService with `@request.auth.claims` on a gateway without a RequestAuthentication.',
  impact: 'The route never matches, whatever token comes: the next route or 404 `NR` answers in its place.',
  exceptions:
    'Matches that are inverted, and connection managers with a filter that may write any metadata or have the route chosen anew (Lua, Wasm, external processing), or that has not arrived.',
  fix: 'Add the JWT filter to the connection manager, with `clear_route_cache` of its provider.',
  sources: [
    'https://istio.io/latest/docs/reference/config/analysis/ist0149/',
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
  ],
  check: {
    *route({ match, of }) {
      const { managers } = of.of
      const asks = objectsOf(match.dynamic_metadata).some(
        ({ filter, invert }) => filter === 'envoy.filters.http.jwt_authn' && invert !== true,
      )
      if (!asks || managers.length === 0) return
      if (managers.every(({ filters }) => filters.every(isBystander)))
        yield { message: 'matches on claims of a token, and no filter verifies one: it never matches' }
      else if (managers.every(({ filters }) => filters.every((filter) => isBystander(filter) || isLate(filter))))
        yield { message: 'matches on claims of a token, and is chosen before the filter verifies it: it never matches' }
    },
  },
}

/** Filters that neither write claims nor have the route chosen anew. */
const bystanders: ReadonlySet<string> = new Set([
  'BasicAuth',
  'Buffer',
  'Compressor',
  'Cors',
  'Decompressor',
  'FilterConfig',
  'GrpcWeb',
  'HTTPFault',
  'HealthCheck',
  'LocalRateLimit',
  'RBAC',
  'RateLimit',
  'Router',
])

/** Those that Istio adds to every connection manager. */
const istioBystanders: ReadonlySet<string> = new Set(['istio.alpn', 'istio.metadata_exchange', 'istio.stats'])

function isBystander({ name, message, isDiscovered }: HttpFilter): boolean {
  return (bystanders.has(message) || istioBystanders.has(name)) && !isDiscovered
}

/** A JWT filter of which no provider has the route chosen anew. */
function isLate({ message, config, isDiscovered }: HttpFilter): boolean {
  const providers = Object.values(objectOf(config.providers)).map(objectOf)
  return message === 'JwtAuthentication' && !isDiscovered && providers.every((one) => one.clear_route_cache !== true)
}
