import { type Certificate, isValidAt } from './certificates.ts'

/** A certificate that a proxy trusts. */
export interface Anchor {
  /** The secret that holds it. */
  readonly secret: string
  readonly certificate: Certificate
  /** The only trust domain it is trusted for; any when absent. */
  readonly trustDomain?: string | undefined
}

/** Trusted by the certificate in these secrets, or not and why. */
export type Trust = { readonly secrets: readonly string[] } | { readonly reason: string }

export interface Presented {
  readonly leaf: Certificate
  /** What is sent with the leaf, in any order. */
  readonly others: readonly Certificate[]
}

/**
 * Whether a peer that trusts the anchors trusts a certificate at a moment, its own dates left aside: up its issuers to an anchor,
 * which needs not be self-signed (Envoy checks partial chains, RFC 5280 section 6).
 */
export function verifyChain({ leaf, others }: Presented, anchors: readonly Anchor[], now: Date): Trust {
  const fitting = anchors.filter(({ trustDomain }) => trustDomain === undefined || trustDomain === leaf.trustDomain)
  if (fitting.length === 0) return { reason: none(leaf, anchors) }
  const { path, anchor, top } = pathUp({ leaf, others }, fitting)
  if (anchor === undefined) {
    const known = fitting.map(({ certificate }) => certificate)
    return { reason: unsigned(top, leaf, known) }
  }
  const above = [...path, anchor.certificate].filter((certificate) => certificate !== leaf)
  const stale = above.find((certificate) => !isValidAt(certificate, now))
  if (stale !== undefined) return { reason: `${nameOf(stale)} is expired or not yet valid` }
  const same = fitting.filter(({ certificate }) => certificate.fingerprint === anchor.certificate.fingerprint)
  return { secrets: [...new Set(same.map(({ secret }) => secret))] }
}

/** From the leaf on as far up as it leads, and the anchor there, if there is one. */
export function pathUp({ leaf, others }: Presented, anchors: readonly Anchor[]) {
  const path = new Set([leaf])
  for (let top = leaf; ; ) {
    const below = top
    const anchor = anchors.find(
      ({ certificate }) => certificate.fingerprint === below.fingerprint || signed(certificate, below),
    )
    if (anchor !== undefined) return { path, anchor, top }
    const next = others.find((candidate) => !path.has(candidate) && signed(candidate, below))
    if (next === undefined) return { path, anchor, top }
    top = next
    path.add(next)
  }
}

/** Whether the issuer signed the subject. */
export function signed(issuer: Certificate, subject: Certificate): boolean {
  if (issuer.subject !== subject.issuer) return false
  try {
    return subject.x509.checkIssued(issuer.x509) && subject.x509.verify(issuer.x509.publicKey)
  } catch {
    return false
  }
}

function none({ trustDomain }: Certificate, anchors: readonly Anchor[]): string {
  if (anchors.length === 0) return 'no root is loaded'
  return trustDomain === undefined
    ? 'it has no SPIFFE ID, and only SPIFFE bundles are loaded'
    : `no bundle for trust domain ${trustDomain} is loaded`
}

/** `current` is as far up as the chain leads. */
function unsigned(current: Certificate, leaf: Certificate, anchors: readonly Certificate[]): string {
  const isRoot = current.subject === current.issuer
  const issuer = current.issuer || 'without a name'
  if (anchors.some(({ subject }) => subject === current.issuer)) {
    return `its root is another ${issuer} than the loaded one`
  }
  if (isRoot && current === leaf) return 'self-signed, and not a loaded root'
  return `${isRoot ? 'root' : 'issuer'} ${issuer} is not loaded`
}

function nameOf({ subject, serial }: Certificate): string {
  return subject || `certificate ${serial}`
}
