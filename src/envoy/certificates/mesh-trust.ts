import type { ConfigDump } from '../dump/config-dump.ts'
import { type Anchor, verifyChain } from './certificate-chain.ts'
import { type Certificate, isValidAt } from './certificates.ts'
import { anchorsOf, blocksOf } from './loaded-certificates.ts'
import { secretParts } from './secret-parts.ts'

/** What decides whether proxies can speak mutual TLS: their identities, and the authorities that they trust. */
export interface MeshIdentity {
  /** Chains whose first certificate has a SPIFFE ID. */
  readonly chains: readonly (readonly Certificate[])[]
  /** Istio's `ROOTCA`; without it every root that is loaded. */
  readonly anchors: readonly Anchor[]
}

/** Two proxies: whether each trusts the other's certificate, and why or why not. */
export interface MeshTrust {
  readonly trusted: boolean
  readonly reason: string
}

/** Name of the secret that holds the roots of the mesh in Istio's proxies. */
const meshRoots = 'ROOTCA'

export function meshIdentity(dump: ConfigDump): MeshIdentity {
  const chains = dump.entries('secrets').flatMap(({ resource }) =>
    secretParts(resource)
      .filter(({ holds }) => holds === 'certificate chain')
      .map((part) => blocksOf(part).flatMap((block) => ('certificate' in block ? [block.certificate] : [])))
      .filter(([leaf]) => leaf?.trustDomain !== undefined),
  )
  const anchors = anchorsOf(dump)
  const ofMesh = anchors.filter(({ secret }) => secret === meshRoots)
  return { chains, anchors: ofMesh.length > 0 ? ofMesh : anchors }
}

interface Peer {
  readonly label: string
  readonly identity: MeshIdentity
}

/** Mutual TLS needs both: a trusts b, and b trusts a. */
export function trustBetween(a: Peer, b: Peer, now: Date): MeshTrust {
  const reasons = [distrust(a, b, now), distrust(b, a, now)].filter((reason) => reason !== undefined)
  if (reasons.length > 0) return { trusted: false, reason: [...new Set(reasons)].join('; ') }
  const shared = a.identity.anchors.find(({ certificate }) =>
    b.identity.anchors.some((other) => other.certificate.fingerprint === certificate.fingerprint),
  )
  return {
    trusted: true,
    reason:
      shared === undefined
        ? 'other roots, each of which verifies the certificate of the other proxy'
        : `the same root: ${nameOf(shared)}`,
  }
}

/** Which roots a proxy trusts, for the case that there is nothing to compare them with. */
export function rootsText({ label, identity: { anchors } }: Peer): string {
  return anchors.length === 0 ? `${label} has no root` : `${label} trusts ${anchors.map(nameOf).join(' and ')}`
}

function nameOf({ certificate }: Anchor): string {
  return `${certificate.subject || 'a root without a name'}, serial ${certificate.serial}`
}

/** Why one does not trust the other; undefined when it does. */
function distrust(truster: Peer, { label, identity }: Peer, now: Date): string | undefined {
  if (truster.identity.anchors.length === 0) return `${truster.label} has no root`
  if (identity.chains.length === 0) return `${label} has no certificate with a SPIFFE ID`
  const faults = identity.chains.map(([leaf, ...others]) => {
    if (leaf === undefined) return undefined
    if (!isValidAt(leaf, now))
      return `the certificate of ${label} is ${leaf.notAfter <= now ? 'expired' : 'not yet valid'}`
    const trust = verifyChain({ leaf, others }, truster.identity.anchors, now)
    return 'reason' in trust ? `${truster.label} does not trust ${label}: ${trust.reason}` : undefined
  })
  return faults.includes(undefined) ? undefined : faults[0]
}
