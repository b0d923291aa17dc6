import type { Certificate } from '../../envoy/certificates/certificates.ts'
import { blocksOf } from '../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../envoy/certificates/secret-parts.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { Linted } from './linted.ts'

/** A certificate of a secret that serves. */
export interface LoadedCertificate {
  readonly secret: string
  readonly certificate: Certificate
  /** Shown to peers, or a root that peers are checked with. */
  readonly holds: 'certificate chain' | 'trusted CA'
  /** Position in its secret: the leaf of a chain is 0. */
  readonly position: number
  /** How many certificates the secret has. */
  readonly of: number
}

/** The certificates of a proxy's secrets. */
export function* loadedCertificates({ dump }: Linted): Generator<LoadedCertificate> {
  for (const entry of dump.entries('secrets')) {
    if (!serves(entry)) continue
    for (const part of secretParts(entry.resource)) {
      const { holds } = part
      if (holds !== 'certificate chain' && holds !== 'trusted CA') continue
      const all = blocksOf(part).flatMap((block) => ('certificate' in block ? [block.certificate] : []))
      for (const [position, certificate] of all.entries())
        yield { secret: entry.name, certificate, holds, position, of: all.length }
    }
  }
}

/** What a finding calls it: `certificate of secret NAME`, `root of secret NAME`. */
export function certificateText({ secret, holds, position }: LoadedCertificate): string {
  const what = holds === 'trusted CA' ? 'a root' : position === 0 ? 'the certificate' : 'a certificate of the chain'
  return `${what} of secret ${secret}`
}
