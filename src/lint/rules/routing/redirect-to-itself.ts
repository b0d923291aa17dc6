import { isObject, numberOf, objectOf, stringOf } from '../../../envoy/json.ts'
import { addressesOf } from '../../../envoy/model/addresses.ts'
import type { ManagerPlace, RoutePlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** A redirect that leads back to the same route. */
export const redirectToItself: Rule = {
  id: 'redirect-to-itself',
  profile: 'core',
  severity: 'warning',
  title: 'A redirect leads back to itself',
  detects:
    'Redirects to https on a listener that takes off TLS, without another host, port or path; and redirects that change nothing and `require_tls` on a listener that takes plain text on port 443.',
  impact: 'Clients follow 301 until they give up ("too many redirects").',
  exceptions: 'A listener without TLS on another port than 443: a client comes back over TLS, to another listener.',
  fix: 'Take the redirect off the listener with TLS; behind a load balancer that takes TLS off, let it set x-forwarded-proto and trust it (`xff_num_trusted_hops`).',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto'],
  check: {
    *route(place) {
      const { managers } = place.of.of
      if (managers.length > 0 && managers.every((manager) => comesBack(place, manager)))
        yield { message: 'redirects every request back to itself' }
    },
  },
}

function comesBack({ route }: RoutePlace, manager: ManagerPlace): boolean {
  const redirect = route.redirect
  if (!isObject(redirect)) return false
  const {
    https_redirect,
    scheme_redirect,
    host_redirect,
    port_redirect,
    path_redirect,
    prefix_rewrite,
    regex_rewrite,
  } = redirect
  const moves = [host_redirect, path_redirect, prefix_rewrite, regex_rewrite].some((to) => stringOf(to) || isObject(to))
  const port = addressesOf(manager.of.of.listener)[0]?.port
  const other = numberOf(port_redirect)
  if (moves || (other !== undefined && other !== 0 && other !== port)) return false
  const scheme = https_redirect === true ? 'https' : stringOf(scheme_redirect)?.toLowerCase()
  const isTls = manager.of.tls !== undefined
  return scheme === undefined || scheme === '' || scheme === (isTls ? 'https' : 'http')
    ? !isForwarded(manager) || isTls
    : false
}

/** Behind trusted proxies the scheme is what they say. */
function isForwarded({ manager }: ManagerPlace): boolean {
  return (
    (numberOf(manager.xff_num_trusted_hops) ?? 0) > 0 || objectOf(manager).scheme_header_transformation !== undefined
  )
}
