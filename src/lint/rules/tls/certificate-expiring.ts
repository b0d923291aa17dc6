import { isoSeconds } from '../../../envoy/certificates/certificates.ts'
import { certificateText, loadedCertificates } from '../../proxy/loaded-certificates.ts'
import type { Rule } from '../../rule.ts'

/** A certificate expires soon. */
export const certificateExpiring: Rule = {
  id: 'certificate-expiring',
  profile: 'core',
  severity: 'warning',
  title: 'A certificate expires soon',
  detects:
    'Certificates of chains with less than a tenth of their lifetime left, at most 30 days; roots with less than 90 days, when they are the last of their secret. A saved dump is judged at its own time.',
  impact: 'When it has expired, peers refuse the handshake.',
  exceptions: 'Certificates of workloads, which live for days: certificate-rotation-late judges them.',
  fix: 'Renew it now; find out why it was not.',
  sources: ['https://datatracker.ietf.org/doc/html/rfc5280#section-4.1.2.5'],
  needs: ['secrets'],
  check: {
    *proxy(proxy) {
      const { moment } = proxy
      if (moment === undefined) return
      for (const one of loadedCertificates(proxy)) {
        const { secret, certificate, holds, of } = one
        const { notBefore, notAfter } = certificate
        const lifetime = notAfter.getTime() - notBefore.getTime()
        const left = notAfter.getTime() - moment.getTime()
        const soon = holds === 'trusted CA' ? (of === 1 ? 90 * day : 0) : Math.min(lifetime / 10, 30 * day)
        if (left > 0 && left < soon && lifetime > shortLived)
          yield {
            message: `${certificateText(one)} expires at ${isoSeconds(notAfter)}`,
            at: { resource: `secrets/${secret}` },
          }
      }
    },
  },
}

const day = 86_400_000

/** What lives shorter is renewed by machines. Milliseconds. */
const shortLived = 7 * day
