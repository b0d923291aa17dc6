import { objectOf } from '../../../envoy/json.ts'
import { upstreamContexts } from '../../proxy/upstream-sockets.ts'
import { asksForHostName, validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** Names of servers are checked without roots: no server passes. */
export const autoSanWithoutCa: Rule = {
  id: 'auto-san-without-ca',
  profile: 'core',
  severity: 'error',
  title: 'Names of servers are checked without roots: no server passes',
  detects: '`auto_san_validation` or `auto_sni_san_validation` with a validation context that has no roots.',
  impact: 'Every connection fails: 503, flag `UF`, `CERTIFICATE_VERIFY_FAILED`.',
  fix: 'Give the context roots (`trusted_ca`).',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *cluster(place, proxy) {
      const { name, cluster, reach } = place
      if (reach === 'nothing') return
      for (const tls of upstreamContexts(place, proxy)) {
        const { isUnknown, checksIssuer, checksHash } = validationOf(objectOf(tls.common_tls_context), proxy.index)
        if (asksForHostName(tls, cluster) && !isUnknown && !checksIssuer && !checksHash)
          yield { message: `cluster ${name} checks names without roots: every handshake fails` }
      }
    },
  },
}
