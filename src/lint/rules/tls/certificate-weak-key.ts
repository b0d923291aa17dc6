import { certificateText, loadedCertificates } from '../../proxy/loaded-certificates.ts'
import type { Rule } from '../../rule.ts'

/** A certificate has a weak key. */
export const certificateWeakKey: Rule = {
  id: 'certificate-weak-key',
  profile: 'core',
  severity: 'warning',
  title: 'A certificate has a weak key',
  detects: 'RSA keys of less than 2048 bits in certificates that the proxy shows.',
  impact: 'Clients of today refuse it; the key can be computed.',
  fix: 'Issue the certificate anew with RSA 2048 or ECDSA P-256.',
  sources: ['https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-131Ar2.pdf'],
  needs: ['secrets'],
  check: {
    *proxy(proxy) {
      for (const one of loadedCertificates(proxy)) {
        const bits = Number(/^RSA (\d+)$/.exec(one.certificate.keyType)?.[1] ?? 2048)
        if (bits < 2048 && one.holds === 'certificate chain')
          yield {
            message: `${certificateText(one)} has a key of ${bits} bits`,
            at: { resource: `secrets/${one.secret}` },
          }
      }
    },
  },
}
