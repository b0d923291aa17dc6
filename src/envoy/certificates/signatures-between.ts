import type { CertificateFact, Signature } from '../../platform/stored-x509.ts'
import { signed } from './certificate-chain.ts'
import type { Certificate } from './certificates.ts'

/**
 * Which certificates of several proxies signed which, as far as the certificates of one proxy do not tell: the issuer is loaded by another
 * one alone. Each certificate is held once.
 */
export class SignaturesBetween {
  readonly #certificates = new Map<string, Certificate>()
  /** Issuers that every proxy with the certificate has as well. */
  readonly #known = new Map<string, ReadonlySet<string>>()

  /** Takes the certificates of a proxy, and their facts, made of these alone. */
  add({
    certificates,
    facts,
  }: {
    readonly certificates: readonly Certificate[]
    readonly facts: readonly CertificateFact[]
  }): void {
    for (const one of certificates)
      if (!this.#certificates.has(one.fingerprint)) this.#certificates.set(one.fingerprint, one)
    for (const fact of facts) {
      if ('unreadable' in fact) continue
      const own = new Set(fact.signedBy)
      const before = this.#known.get(fact.fingerprint256)
      this.#known.set(fact.fingerprint256, before === undefined ? own : before.intersection(own))
    }
  }

  get signatures(): Signature[] {
    const all = [...this.#certificates.values()]
    const bySubject = Map.groupBy(all, ({ subject }) => subject)
    return all.flatMap((one) =>
      (bySubject.get(one.issuer) ?? [])
        .filter((issuer) => this.#known.get(one.fingerprint)?.has(issuer.fingerprint) !== true && signed(issuer, one))
        .map((issuer): Signature => [one.fingerprint, issuer.fingerprint]),
    )
  }
}
