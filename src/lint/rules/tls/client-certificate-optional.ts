import { objectOf } from '../../../envoy/json.ts'
import { validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** A client certificate is checked only where there is one. */
export const clientCertificateOptional: Rule = {
  id: 'client-certificate-optional',
  profile: 'strict',
  severity: 'warning',
  title: 'A client certificate is checked only where there is one',
  detects: 'A DownstreamTlsContext that validates certificates without `require_client_certificate`.',
  impact: 'Clients without a certificate are served.',
  fix: 'Require the certificate, or decide by RBAC on it.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *chain({ tls }, { index }) {
      if (tls === undefined || tls.require_client_certificate === true) return
      const { checksIssuer, checksHash } = validationOf(objectOf(tls.common_tls_context), index)
      if (checksIssuer || checksHash) yield { message: 'serves clients without a certificate', cause: 'optional' }
    },
  },
}
