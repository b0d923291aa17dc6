import type { Certificate } from '../envoy/certificates.ts'
import type { TlsSecret } from './tls-secrets.ts'

/** The certificate that a client gets to see. */
export interface ServedCertificate {
  readonly secret: TlsSecret
  readonly reason: string
  /** The client asked for a server name that no certificate has. */
  readonly unnamed: boolean
}

interface Candidate {
  readonly secret: TlsSecret
  readonly leaf: Certificate | undefined
}

/**
 * Chooses by server name as Envoy's DefaultTlsCertificateSelector: a certificate with that DNS name, then one with a wildcard for its
 * first label, else the first one; ECDSA before RSA, which every client of today can do. The common name only counts without DNS names.
 */
export function servedCertificate(own: readonly TlsSecret[], sni: string): ServedCertificate | undefined {
  const candidates = own.map((secret): Candidate => ({ secret, leaf: secret.certificates[0] }))
  const [first] = candidates
  if (first === undefined) return undefined
  if (sni === '') return { secret: first.secret, reason: 'the first one: the client names no server', unnamed: false }
  for (const name of [sni, `*${sni.slice(sni.indexOf('.'))}`]) {
    const fitting = candidates.filter(({ leaf }) => leaf !== undefined && serverNames(leaf).includes(name))
    const chosen = fitting.find(({ leaf }) => leaf?.keyType.startsWith('EC ')) ?? fitting[0]
    if (chosen !== undefined) return { secret: chosen.secret, reason: `its name ${name} fits the SNI`, unnamed: false }
  }
  // Certificates of a mesh have no DNS names; their clients check the SPIFFE ID instead.
  const named = candidates.some(({ leaf }) => leaf !== undefined && serverNames(leaf).length > 0)
  const reason = own.length === 1 ? 'the only one' : 'the first one: none fits the SNI'
  return { secret: first.secret, reason, unnamed: named }
}

function serverNames({ names, subject }: Certificate): string[] {
  const dns = names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4).toLowerCase())
  if (dns.length > 0) return dns
  const common = /(?:^|, )CN=([^,]+)/.exec(subject)?.[1]
  return common === undefined ? [] : [common.toLowerCase()]
}
