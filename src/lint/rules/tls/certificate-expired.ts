import { isoSeconds } from '../../../envoy/certificates/certificates.ts'
import { certificateText, loadedCertificates } from '../../proxy/loaded-certificates.ts'
import type { Rule } from '../../rule.ts'

/** A certificate has expired. */
export const certificateExpired: Rule = {
  id: 'certificate-expired',
  profile: 'core',
  severity: 'error',
  title: 'A certificate has expired',
  detects:
    '`notAfter` of certificates of chains, and of roots where all of the secret are past it. A saved dump is judged at its own time.',
  impact: 'Peers refuse the handshake: 503, flag `UF`, or a connection without requests.',
  exceptions: 'Old roots beside valid ones: bundles keep them.',
  fix: 'Renew the certificate; find out what should have done it.',
  sources: ['https://datatracker.ietf.org/doc/html/rfc5280#section-4.1.2.5'],
  needs: ['secrets'],
  check: {
    *proxy(proxy) {
      const { moment } = proxy
      if (moment === undefined) return
      const loaded = [...loadedCertificates(proxy)]
      for (const one of loaded) {
        const { secret, certificate, holds } = one
        const isRoot = holds === 'trusted CA'
        const isSpare = isRoot && loaded.some((other) => other.secret === secret && other.certificate.notAfter > moment)
        if (certificate.notAfter <= moment && !isSpare)
          yield {
            message: `${certificateText(one)} expired at ${isoSeconds(certificate.notAfter)}`,
            at: { resource: `secrets/${secret}` },
          }
      }
    },
  },
}
