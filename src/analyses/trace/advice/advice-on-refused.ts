import type { Step } from '../../../envoy/control-plane/with-words.ts'
import type { CertificateFault } from '../../../semantics/reasons/certificate-fault.ts'

/** What to do about a certificate that the other side does not accept. */
export const adviceOnRefused: Readonly<Record<CertificateFault['fault'], Step>> = {
  date: 'Renew the certificate; one of a mesh is renewed by itself while its control plane can be reached: kubectl proxy-config certs has the dates.',
  root: 'Compare the trust roots of both sides: kubectl proxy-config rootca-compare. After a change of the CA, proxies with the old root or certificate have to restart.',
  names: {
    text: 'Does the pod run as the service account, in the trust domain, that is expected? kubectl proxy-config certs says what the pod has.',
    topic: 'identity',
  },
}
