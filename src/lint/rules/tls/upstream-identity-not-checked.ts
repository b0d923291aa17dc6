import { objectOf } from '../../../envoy/json.ts'
import { httpOptionsOf } from '../../../semantics/clusters/upstream-names.ts'
import { upstreamContexts } from '../../proxy/upstream-sockets.ts'
import { validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** Any certificate of the same issuer passes for the server. */
export const upstreamIdentityNotChecked: Rule = {
  id: 'upstream-identity-not-checked',
  profile: 'core',
  severity: 'warning',
  title: 'Any certificate of the same issuer passes for the server',
  detects:
    'An UpstreamTlsContext that an endpoint gets, with roots, and without names (`match_typed_subject_alt_names`, `auto_san_validation`, `auto_sni_san_validation`).',
  impact: 'Every workload with a certificate of that issuer can answer in place of the server.',
  exceptions: 'The API server (`kubernetes.default`), and transport sockets that no endpoint selects.',
  fix: 'Name the server: `match_typed_subject_alt_names` of the validation context.',
  topic: 'upstreamTrust',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *cluster(place, proxy) {
      const { name, cluster, reach } = place
      if (reach === 'nothing' || isKubernetes(name) || httpOptionsOf(cluster).auto_san_validation === true) return
      for (const tls of upstreamContexts(place, proxy)) {
        const { isUnknown, checksIssuer, checksHash, checksNames } = validationOf(
          objectOf(tls.common_tls_context),
          proxy.index,
        )
        if (isUnknown || !checksIssuer || checksHash || checksNames || tls.auto_sni_san_validation === true) continue
        yield { message: `cluster ${name} accepts every certificate of its issuer` }
      }
    },
  },
}

/** The API server has no identity of the mesh. */
function isKubernetes(cluster: string): boolean {
  return /(?:^|\|)kubernetes\.default\.svc/.test(cluster)
}
