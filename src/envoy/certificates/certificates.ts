import { platform } from '../../platform/node.ts'
import type { X509 } from '../../platform/platform.ts'
import { serialNumber } from './serial-number.ts'

/** What is known of a certificate without the certificate itself. */
export interface CertificateFacts {
  /** Lowercase hex, at least 32 digits, as istioctl prints it. */
  readonly serial: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Whether it may sign others (basic constraints). */
  readonly authority: boolean
  /** `URI:spiffe://…`, `DNS:…`, in the order of the certificate. */
  readonly names: readonly string[]
  /** Of the first SPIFFE ID. */
  readonly trustDomain: string | undefined
}

/** What a certificate says. */
export interface Certificate extends CertificateFacts {
  /** `O=cluster.local, CN=…`; empty in Istio's workload certificates, which have their name in a SAN. */
  readonly subject: string
  readonly issuer: string
  /** `RSA 2048`, `EC P-256`, `ED25519`. */
  readonly keyType: string
  readonly ecdsa: boolean
  /** SHA-256 of the DER, hex pairs with colons. */
  readonly fingerprint: string
  readonly x509: X509
}

/** A block of a chain: a certificate, or why it is none. */
export type PemBlock = { readonly certificate: Certificate } | { readonly fault: string }

/** Every certificate of a PEM text, in its order; other blocks and the text between blocks are passed over, as TLS libraries do. */
export function certificatesIn(pem: string): PemBlock[] {
  return certificateTexts(pem).map(certificateOf)
}

/** The blocks of a PEM text that hold a certificate, each with its lines of begin and end. */
export function certificateTexts(pem: string): string[] {
  const blocks: string[] = []
  const begin = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g
  const end = /-----END [A-Z0-9 ]+-----/g
  for (let from = begin.exec(pem); from !== null; from = begin.exec(pem)) {
    end.lastIndex = begin.lastIndex
    // Without an end there is none for what begins later either.
    if (end.exec(pem) === null) break
    blocks.push(pem.slice(from.index, end.lastIndex))
    begin.lastIndex = end.lastIndex
  }
  return blocks
}

/** One certificate in PEM, or DER as bytes. */
export function certificateOf(encoded: string | Uint8Array): PemBlock {
  try {
    return { certificate: read(platform.parseX509(encoded)) }
  } catch {
    return { fault: 'the certificate cannot be parsed' }
  }
}

/** Whether a moment is within the certificate's validity; a beginning that could not be read has passed. */
export function isValidAt({ notBefore, notAfter }: CertificateFacts, moment: Date): boolean {
  return !(moment <= notBefore) && moment < notAfter
}

/** A moment as RFC 3339 in seconds, in which certificates count; undefined for a date that could not be read. */
export function isoSeconds(moment: Date): string | undefined {
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString().replace(/\.\d+Z$/, 'Z')
}

function read(x509: X509): Certificate {
  const names = splitNames(x509.subjectAltName ?? '')
  return {
    serial: serialNumber(x509.serialNumber),
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    authority: x509.ca,
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    names,
    trustDomain: trustDomainOf(names),
    keyType: keyType(x509),
    ecdsa: x509.publicKey.asymmetricKeyType === 'ec',
    fingerprint: x509.fingerprint256,
    x509,
  }
}

/** Of the first SPIFFE ID among the names. https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#21-trust-domain */
export function trustDomainOf(names: readonly string[]): string | undefined {
  return names.map((name) => /^URI:spiffe:\/\/([^/?#]+)/.exec(name)?.[1]).find(Boolean)
}

/** Node prints one attribute a line, and nothing for an empty name. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}

/** `DNS:a, URI:b`; a name that holds a comma or a quote is written as a JSON string. */
function splitNames(text: string): string[] {
  return [...text.matchAll(/([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(
    ([, kind, name = '']) => `${kind}:${name.startsWith('"') ? String(JSON.parse(name)) : name}`,
  )
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

function keyType({ publicKey }: X509): string {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  const type = (publicKey.asymmetricKeyType ?? 'unknown').toUpperCase()
  if (modulusLength !== undefined) return `${type} ${modulusLength}`
  return namedCurve === undefined ? type : `${type} ${curves[namedCurve] ?? namedCurve}`
}
