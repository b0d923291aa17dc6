import { objectOf, stringOf } from '../../../envoy/json.ts'
import { ownLeaves } from '../../proxy/certificates.ts'
import { validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** Revoked certificates are accepted. */
export const ocspOrCrlMissing: Rule = {
  id: 'ocsp-or-crl-missing',
  profile: 'strict',
  severity: 'info',
  title: 'Revoked certificates are accepted',
  detects: 'A listener that requires client certificates without `crl` in its validation.',
  impact: 'A certificate that was revoked works until it expires.',
  exceptions:
    'Meshes, whose certificates live for hours; listeners that check no issuer, which client-certificate-not-checked finds.',
  fix: 'Give the validation a CRL, or issue certificates that live for hours.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *chain({ tls }, { index }) {
      if (tls?.require_client_certificate !== true) return
      const common = objectOf(tls.common_tls_context)
      if (!validationOf(common, index).checksIssuer) return
      const combined = objectOf(common.combined_validation_context)
      const secret = objectOf(
        common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config,
      )
      const contexts = [
        common.validation_context,
        combined.default_validation_context,
        index.serving('secrets', stringOf(secret.name) ?? '')?.resource.validation_context,
      ]
      const leaves = ownLeaves(common, index)
      const isShort = leaves.some(
        ({ notBefore, notAfter }) => notAfter.getTime() - notBefore.getTime() < 7 * 86_400_000,
      )
      if (!isShort && contexts.every((context) => objectOf(context).crl === undefined))
        yield { message: 'does not know revoked client certificates', cause: 'no CRL' }
    },
  },
}
