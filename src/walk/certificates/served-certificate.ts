import type { Certificate } from '../../envoy/certificates/certificates.ts'
import type { CertificateChoices } from '../../semantics/reasons/choice-reasons.ts'
import { because, type Reason } from '../../semantics/reasons/reason.ts'
import type { TlsSecret } from './tls-secrets.ts'

/** The certificate that a client gets to see. */
export interface ServedCertificate {
  readonly secret: TlsSecret
  readonly reason: Reason<keyof CertificateChoices>
  /** The client asked for a server name that this certificate does not have, while some here have names. */
  readonly unnamed: boolean
}

interface Candidate {
  readonly secret: TlsSecret
  readonly leaf: Certificate | undefined
}

/**
 * Chooses by server name as Envoy's DefaultTlsCertificateSelector: a certificate with that DNS name, then one with a wildcard for its
 * first label, else the first one, and for a client that names no server or with `full_scan_certs_on_sni_mismatch` the first that its
 * keys allow. ECDSA goes before RSA, which every client of today can do. Names have to be the same in case as well, and
 * a common name only counts without alternative names. test/lab asks a real Envoy.
 * @param sni as the client sent it; empty when it names no server
 * @param fullScan `full_scan_certs_on_sni_mismatch` of the context
 */
export function servedCertificate(
  own: readonly TlsSecret[],
  sni: string,
  fullScan: boolean,
): ServedCertificate | undefined {
  const candidates = own.map((secret): Candidate => ({ secret, leaf: secret.certificates[0] }))
  const [first] = candidates
  if (first === undefined) return undefined
  for (const name of namesFor(sni)) {
    const chosen = preferred(candidates.filter(({ leaf }) => leaf !== undefined && serverNames(leaf).includes(name)))
    if (chosen !== undefined)
      return { secret: chosen.secret, reason: because('certificate-by-name', { name }), unnamed: false }
  }
  // Certificates of a mesh have no DNS names; their clients check the SPIFFE ID instead.
  const named = candidates.some(({ leaf }) => leaf !== undefined && serverNames(leaf).length > 0)
  const { secret, leaf } = (sni === '' || fullScan ? preferred(candidates) : undefined) ?? first
  // Envoy compares names with their case, clients do not.
  const unnamed = named && sni !== '' && !namesFor(sni.toLowerCase()).some((name) => lowerNames(leaf).includes(name))
  if (own.length === 1) return { secret, reason: because('certificate-only', {}), unnamed }
  const code = sni === '' ? 'certificate-first-without-sni' : 'certificate-first-no-match'
  return { secret, reason: because(code, { ecdsa: secret !== first.secret }), unnamed }
}

/** The names that a certificate for this server may have; none for a client that names no server. */
function namesFor(sni: string): string[] {
  return sni === '' ? [] : [sni, `*${sni.slice(sni.indexOf('.'))}`]
}

/** Whether clients take a certificate for a host: it has the name, or a wildcard for its first label. @param host in lower case */
export function namesCover(leaf: Certificate, host: string): boolean {
  const names = lowerNames(leaf)
  return namesFor(host).some((name) => names.includes(name))
}

function lowerNames(leaf: Certificate | undefined): string[] {
  return leaf === undefined ? [] : serverNames(leaf).map((name) => name.toLowerCase())
}

function preferred(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates.find(({ leaf }) => leaf?.ecdsa === true) ?? candidates[0]
}

/** Its DNS names; the common name only counts in a certificate that has no alternative names of any kind. */
function serverNames({ names, subject }: Certificate): string[] {
  if (names.length > 0) return names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4))
  const common = /(?:^|, )CN=([^,]+)/.exec(subject)?.[1]
  return common === undefined ? [] : [common]
}
