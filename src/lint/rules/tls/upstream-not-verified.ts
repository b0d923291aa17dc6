import { objectOf } from '../../../envoy/json.ts'
import { isLoopback, parseIp } from '../../../envoy/model/ip.ts'
import { upstreamContexts } from '../../proxy/upstream-sockets.ts'
import { asksForHostName, validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** The certificate of a server is not checked. */
export const upstreamNotVerified: Rule = {
  id: 'upstream-not-verified',
  profile: 'core',
  severity: 'warning',
  title: 'The certificate of a server is not checked',
  detects: 'An UpstreamTlsContext that an endpoint gets, without any validation. An `error` for names on port 443.',
  impact: 'Any certificate is accepted: whoever can answer in place of the server reads everything.',
  exceptions:
    'Endpoints of the same host, internal listeners, and `auto_san_validation`, which without roots refuses every server (auto-san-without-ca).',
  fix: 'Give it roots and names: `trusted_ca` and `match_typed_subject_alt_names` of the validation context.',
  topic: 'upstreamTrust',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security',
    'https://istio.io/latest/docs/reference/config/analysis/ist0128/',
  ],
  check: {
    *cluster(place, proxy) {
      const { name, cluster, reach } = place
      if (reach === 'nothing') return
      const hosts = proxy.hosts(cluster)?.hosts ?? []
      if (hosts.length > 0 && hosts.every(({ socket }) => socket === undefined || isLocal(socket.address))) return
      for (const tls of upstreamContexts(place, proxy)) {
        const { isUnknown, checksIssuer, checksHash } = validationOf(objectOf(tls.common_tls_context), proxy.index)
        if (isUnknown || checksIssuer || checksHash || asksForHostName(tls, cluster)) continue
        const isPublic = hosts.some(({ socket }) => socket?.port === 443 && parseIp(socket.address) === undefined)
        yield {
          message: `cluster ${name} accepts any certificate of its servers`,
          ...(isPublic ? { severity: 'error' } : {}),
        }
      }
    },
  },
}

function isLocal(address: string): boolean {
  const ip = parseIp(address)
  return ip !== undefined && isLoopback(ip)
}
