import type { X509 } from './platform.ts'
import { sha256 } from './sha256.ts'

/** A certificate as it goes into a page, where nothing can read one. */
export interface StoredX509
  extends Pick<X509, 'serialNumber' | 'ca' | 'subject' | 'issuer' | 'subjectAltName' | 'fingerprint256'> {
  /** Names the text or bytes that it was read of. */
  readonly key: string
  /** RFC 3339; null for a date that could not be read. */
  readonly validFrom: string | null
  readonly validTo: string | null
  readonly keyType?: string | undefined
  readonly keyDetails?: X509['publicKey']['asymmetricKeyDetails']
  /** Fingerprints of the certificates of the page that issued and signed it. */
  readonly signedBy: readonly string[]
}

/** What stands for a certificate that nothing can read. */
interface UnreadableX509 {
  readonly key: string
  readonly unreadable: true
}

export type CertificateFact = StoredX509 | UnreadableX509

/** The key of a certificate in PEM, or of DER. */
export function certificateKey(encoded: string | Uint8Array): string {
  return sha256(typeof encoded === 'string' ? new TextEncoder().encode(encoded) : encoded)
}

const known = new Map<string, CertificateFact>()
/** Fingerprints of issuers by that of the certificate that they signed, beside those that its fact has. */
const signers = new Map<string, Set<string>>()

/** A certificate and one that issued and signed it, by their fingerprints. */
export type Signature = readonly [certificate: string, issuer: string]

/** Makes known who signed what, where the facts of a certificate do not have it: its issuer came from elsewhere. */
export function knowSignatures(signatures: readonly Signature[]): void {
  for (const [certificate, issuer] of signatures)
    signers.set(certificate, (signers.get(certificate) ?? new Set()).add(issuer))
}

/** Makes certificates known that were read before, in addition to those that are. */
export function knowCertificates(facts: readonly CertificateFact[]): void {
  for (const fact of facts) known.set(fact.key, fact)
}

/** @throws Error for one that is no certificate, or of which nothing is known */
export function knownX509(encoded: string | Uint8Array): X509 {
  const fact = known.get(certificateKey(encoded))
  if (fact === undefined) throw new Error('a browser cannot read certificates, and nothing is known of this one')
  if ('unreadable' in fact) throw new Error('no certificate')
  return new KnownX509(fact)
}

class KnownX509 implements X509 {
  readonly serialNumber: string
  readonly validFromDate: Date
  readonly validToDate: Date
  readonly ca: boolean
  readonly subject: string
  readonly issuer: string
  readonly subjectAltName: string | undefined
  readonly fingerprint256: string
  readonly publicKey: X509['publicKey'] & { readonly of: string }
  readonly #signedBy: ReadonlySet<string>

  constructor(fact: StoredX509) {
    this.serialNumber = fact.serialNumber
    this.validFromDate = new Date(fact.validFrom ?? Number.NaN)
    this.validToDate = new Date(fact.validTo ?? Number.NaN)
    this.ca = fact.ca
    this.subject = fact.subject
    this.issuer = fact.issuer
    this.subjectAltName = fact.subjectAltName
    this.fingerprint256 = fact.fingerprint256
    this.publicKey = {
      asymmetricKeyType: fact.keyType,
      asymmetricKeyDetails: fact.keyDetails,
      of: fact.fingerprint256,
    }
    this.#signedBy = new Set([...fact.signedBy, ...(signers.get(fact.fingerprint256) ?? [])])
  }

  checkIssued(issuer: X509): boolean {
    return this.#signedBy.has(issuer.fingerprint256)
  }

  verify(key: X509['publicKey'] & { readonly of?: string }): boolean {
    return key.of !== undefined && this.#signedBy.has(key.of)
  }
}
