import { objectOf } from '../../../envoy/json.ts'
import { validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** A client certificate is required and not checked. */
export const clientCertificateNotChecked: Rule = {
  id: 'client-certificate-not-checked',
  profile: 'core',
  severity: 'error',
  title: 'A client certificate is required and not checked',
  detects:
    '`require_client_certificate: true` of a DownstreamTlsContext without roots, hash, key or validator, in the context and in its secret.',
  impact:
    'It reads like mutual TLS, but a client without any certificate is served: 200. Envoy accepts it without a warning.',
  exceptions: 'Validation by a secret that is not in the dump: nothing is concluded.',
  fix: 'Give the context roots (`trusted_ca`).',
  topic: 'clientRoots',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *chain({ tls }, { index }) {
      if (tls?.require_client_certificate !== true) return
      const { isUnknown, checksIssuer, checksHash } = validationOf(objectOf(tls.common_tls_context), index)
      if (!isUnknown && !checksIssuer && !checksHash)
        yield { message: 'requires a certificate of its clients and checks none: anybody is let in' }
    },
  },
}
