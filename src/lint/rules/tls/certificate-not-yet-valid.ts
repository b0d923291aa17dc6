import { isoSeconds } from '../../../envoy/certificates/certificates.ts'
import { certificateText, loadedCertificates } from '../../proxy/loaded-certificates.ts'
import type { Rule } from '../../rule.ts'

/** A certificate is not valid yet. */
export const certificateNotYetValid: Rule = {
  id: 'certificate-not-yet-valid',
  profile: 'core',
  severity: 'error',
  title: 'A certificate is not valid yet',
  detects: '`notBefore` of certificates that lies ahead. A saved dump is judged at its own time.',
  impact: 'Peers refuse the handshake until then.',
  fix: 'Look at the clocks, or use the certificate that is valid.',
  sources: ['https://datatracker.ietf.org/doc/html/rfc5280#section-4.1.2.5'],
  needs: ['secrets'],
  check: {
    *proxy(proxy) {
      const { moment } = proxy
      if (moment === undefined) return
      for (const one of loadedCertificates(proxy))
        if (one.certificate.notBefore.getTime() > moment.getTime() + skew)
          yield {
            message: `${certificateText(one)} is valid from ${isoSeconds(one.certificate.notBefore)} on`,
            at: { resource: `secrets/${one.secret}` },
          }
    },
  },
}

/** Clocks of machines differ. Milliseconds. */
const skew = 60_000
