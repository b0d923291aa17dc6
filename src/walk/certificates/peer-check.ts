import { type Anchor, verifyChain } from '../../envoy/certificates/certificate-chain.ts'
import { isoSeconds, isValidAt } from '../../envoy/certificates/certificates.ts'
import { anchorsOf } from '../../envoy/certificates/loaded-certificates.ts'
import { type JsonObject, objectOf } from '../../envoy/json.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'
import {
  namesMatch,
  type SanMatcher,
  sanMatchers,
  sanText,
  validationContextOf,
} from '../../semantics/connection/san-match.ts'
import type { CertificateFault } from '../../semantics/reasons/certificate-fault.ts'
import { ownCertificates, type TlsSecret, trustedRoots } from './tls-secrets.ts'

/** One side of a handshake: what it shows and what it asks of the other. */
export interface TlsSide {
  /** `POD.NAMESPACE` */
  readonly proxy: string
  /** Undefined when it shows none. */
  readonly certificate: TlsSecret | undefined
  /** Name of the secret with its roots; undefined when it checks no chain. */
  readonly roots: string | undefined
  /** Empty where the dump does not have them. */
  readonly anchors: readonly Anchor[]
  readonly names: readonly SanMatcher[]
  readonly allowsExpired: boolean
}

/** @param tls a TLS context of either side */
export function tlsSide(proxy: string, tls: JsonObject, index: DumpIndex): TlsSide {
  const common = objectOf(tls.common_tls_context)
  const context = validationContextOf(common)
  const acceptsAll = context.trust_chain_verification === 'ACCEPT_UNTRUSTED'
  const roots = acceptsAll ? undefined : trustedRoots(common, index)
  return {
    proxy,
    certificate: ownCertificates(common, index)[0],
    roots: roots?.name,
    anchors: roots === undefined ? [] : anchorsIn(roots, index),
    names: acceptsAll ? [] : sanMatchers(common),
    allowsExpired: context.allow_expired_certificate === true,
  }
}

/** Of a SPIFFE bundle each with its trust domain. */
function anchorsIn({ name, certificates }: TlsSecret, { dump }: DumpIndex): readonly Anchor[] {
  const bySecret = anchorsOf(dump).filter(({ secret }) => secret === name)
  return bySecret.length > 0 ? bySecret : certificates.map((certificate) => ({ secret: name, certificate }))
}

/**
 * Why one side does not accept the certificate of the other; undefined when it does, and when the dumps do not tell: certificates in
 * files of the proxy, roots of its system. (DefaultCertValidator)
 * @param now undefined: dates are not judged, nor is the chain, which has dates of its own
 */
export function certificateFault(
  verifier: TlsSide,
  shown: TlsSecret,
  now: Date | undefined,
): CertificateFault | undefined {
  const [leaf, ...others] = shown.certificates
  if (leaf === undefined) return undefined
  const { anchors, roots = '' } = verifier
  if (anchors.length > 0 && now !== undefined) {
    if (!isValidAt(leaf, now) && !verifier.allowsExpired)
      return { fault: 'date', from: isoSeconds(leaf.notBefore), until: isoSeconds(leaf.notAfter) }
    const trust = verifyChain({ leaf, others }, anchors, now)
    if ('reason' in trust) return { fault: 'root', roots, why: trust.reason }
  }
  if (verifier.names.length === 0 || namesMatch(verifier.names, leaf.names) !== false) return undefined
  return { fault: 'names', names: leaf.names, expected: verifier.names.map(sanText) }
}
