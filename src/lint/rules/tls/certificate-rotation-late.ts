import { certificateText, loadedCertificates } from '../../proxy/loaded-certificates.ts'
import type { Rule } from '../../rule.ts'

/** A short-lived certificate was not renewed in time. */
export const certificateRotationLate: Rule = {
  id: 'certificate-rotation-late',
  profile: 'core',
  severity: 'warning',
  title: 'A short-lived certificate was not renewed in time',
  detects:
    'Certificates of a lifetime of a week or less with less than a third of it left. A saved dump is judged at its own time.',
  impact: 'Rotation does not work: when the time is up, every connection of the workload fails at once.',
  fix: 'See whether the agent beside the proxy reaches the control plane; restart the pod to gain time.',
  sources: ['https://github.com/istio/istio/issues/37291', 'https://github.com/istio/ztunnel/issues/1748'],
  needs: ['secrets'],
  check: {
    *proxy(proxy) {
      const { moment } = proxy
      if (moment === undefined) return
      for (const one of loadedCertificates(proxy)) {
        const { secret, certificate, holds, position } = one
        if (holds !== 'certificate chain' || position > 0) continue
        const lifetime = certificate.notAfter.getTime() - certificate.notBefore.getTime()
        const left = certificate.notAfter.getTime() - moment.getTime()
        if (lifetime <= shortLived && left > 0 && left < lifetime / 3)
          yield {
            message: `${certificateText(one)} has ${Math.round((left / lifetime) * 100)} % of its lifetime left and was not renewed`,
            cause: secret,
            at: { resource: `secrets/${secret}` },
          }
      }
    },
  },
}

/** A week in milliseconds. */
const shortLived = 7 * 86_400_000
