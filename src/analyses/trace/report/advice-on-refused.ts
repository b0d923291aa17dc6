import type { CertificateFault } from '../../../semantics/reasons/certificate-fault.ts'

/** What to do about a certificate that the other side does not accept. */
export const adviceOnRefused: Readonly<Record<CertificateFault['fault'], string>> = {
  date: 'Renew the certificate; one of the mesh is renewed by itself while istiod can be reached: kubectl proxy-config certs has the dates.',
  root: 'Compare the trust roots of both sides: kubectl proxy-config rootca-compare. After a change of the CA, proxies with the old root or certificate have to restart.',
  names:
    'Does the pod run as the service account, in the trust domain, that is expected? subjectAltNames of the DestinationRule, serviceAccounts of the ServiceEntry and trustDomainAliases say what is; kubectl proxy-config certs what the pod has.',
}
