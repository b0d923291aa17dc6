import { type CertificateFact, certificateKey } from '../../platform/stored-x509.ts'
import { isObject, type Json, type JsonObject, objectsOf } from '../json.ts'
import { signed } from './certificate-chain.ts'
import { type Certificate, certificateOf, certificateTexts, isoSeconds } from './certificates.ts'
import { type SecretPart, secretParts } from './secret-parts.ts'

/**
 * What certificates say, for where nothing can read one. Resources are looked through for secrets and TLS contexts; which of them signed which is
 * known of the certificates of all of them together.
 */
export class CertificateCollection {
  readonly #found = new Map<string, Certificate | undefined>()

  /** Takes the certificates in a resource, in Envoy's snake_case. */
  add(value: Json | undefined): void {
    if (Array.isArray(value)) for (const each of value) this.add(each)
    if (!isObject(value)) return
    for (const secret of secretsIn(value))
      for (const part of secretParts(secret)) for (const encoded of encodedIn(part)) this.#take(encoded)
    for (const each of Object.values(value)) if (typeof each === 'object') this.add(each)
  }

  /** Those that can be read, each once. */
  get certificates(): Certificate[] {
    const all = [...this.#found.values()].filter((certificate) => certificate !== undefined)
    return [...new Map(all.map((one) => [one.fingerprint, one])).values()]
  }

  get facts(): CertificateFact[] {
    const bySubject = Map.groupBy(this.certificates, ({ subject }) => subject)
    return [...this.#found].map(([key, certificate]) =>
      certificate === undefined
        ? { key, unreadable: true }
        : stored(key, certificate, bySubject.get(certificate.issuer) ?? []),
    )
  }

  #take(encoded: string | Uint8Array): void {
    const key = certificateKey(encoded)
    if (this.#found.has(key)) return
    const block = certificateOf(encoded)
    this.#found.set(key, 'certificate' in block ? block.certificate : undefined)
  }
}

function encodedIn({ pem = '', der }: SecretPart): readonly (string | Uint8Array)[] {
  return der ?? certificateTexts(pem)
}

/** What may be secrets of a resource: itself, the certificates of a TLS context, and its ways to validate. */
function secretsIn(resource: JsonObject): JsonObject[] {
  const { tls_certificate, tls_certificates, validation_context, default_validation_context } = resource
  return [
    ...(tls_certificate === undefined ? [] : [{ tls_certificate }]),
    ...objectsOf(tls_certificates).map((own) => ({ tls_certificate: own })),
    ...(validation_context === undefined ? [] : [{ validation_context }]),
    ...(default_validation_context === undefined ? [] : [{ validation_context: default_validation_context }]),
  ]
}

function stored(key: string, certificate: Certificate, issuers: readonly Certificate[]): CertificateFact {
  const { x509, fingerprint } = certificate
  const { asymmetricKeyType, asymmetricKeyDetails } = x509.publicKey
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  return {
    key,
    serialNumber: x509.serialNumber,
    validFrom: isoSeconds(x509.validFromDate) ?? null,
    validTo: isoSeconds(x509.validToDate) ?? null,
    ca: x509.ca,
    subject: x509.subject,
    issuer: x509.issuer,
    subjectAltName: x509.subjectAltName,
    fingerprint256: fingerprint,
    keyType: asymmetricKeyType,
    keyDetails: {
      ...(modulusLength === undefined ? {} : { modulusLength }),
      ...(namedCurve === undefined ? {} : { namedCurve }),
    },
    signedBy: issuers.filter((issuer) => signed(issuer, certificate)).map((issuer) => issuer.fingerprint),
  }
}
