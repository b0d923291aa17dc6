import { isObject, numberOf, objectOf, stringOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
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
      if (comesBack(place, waysIn(place.of.of.managers))) yield { message: 'redirects every request back to itself' }
    },
  },
}

/** How requests come in by connection managers: what is the same for all of them. */
interface WaysIn {
  readonly count: number
  readonly ports: ReadonlySet<number | undefined>
  readonly isEveryTls: boolean
  readonly isEveryPlain: boolean
  /** Whether none gets the scheme from another proxy, but those that terminate TLS. */
  readonly isSchemeKnown: boolean
}

const waysIn = memoizeByObject((managers: readonly ManagerPlace[]): WaysIn => {
  const isTls = ({ of: { tls } }: ManagerPlace) => tls !== undefined
  return {
    count: managers.length,
    ports: new Set(managers.map(({ of }) => addressesOf(of.of.listener)[0]?.port)),
    isEveryTls: managers.every(isTls),
    isEveryPlain: managers.every((manager) => !isTls(manager) && !isForwarded(manager)),
    isSchemeKnown: managers.every((manager) => isTls(manager) || !isForwarded(manager)),
  }
})

function comesBack({ route }: RoutePlace, { count, ports, ...every }: WaysIn): boolean {
  const redirect = route.redirect
  if (!isObject(redirect) || count === 0) return false
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
  const other = numberOf(port_redirect) ?? 0
  if (moves || (other !== 0 && !(ports.size === 1 && ports.has(other)))) return false
  const scheme = https_redirect === true ? 'https' : (stringOf(scheme_redirect)?.toLowerCase() ?? '')
  if (scheme === '') return every.isSchemeKnown
  if (scheme === 'https') return every.isEveryTls
  return scheme === 'http' && every.isEveryPlain
}

/** Behind trusted proxies the scheme is what they say. */
function isForwarded({ manager }: ManagerPlace): boolean {
  return (
    (numberOf(manager.xff_num_trusted_hops) ?? 0) > 0 || objectOf(manager).scheme_header_transformation !== undefined
  )
}
