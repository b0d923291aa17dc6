import type { ConfigDump } from '../dump/config-dump.ts'
import { memoizeByObject } from '../memoize-by-object.ts'
import type { Anchor } from './certificate-chain.ts'
import { certificateOf, certificatesIn, type PemBlock } from './certificates.ts'
import { type SecretPart, secretParts } from './secret-parts.ts'

/** The certificates of a part of a secret; a fault for data that holds none. Empty when there is no data. */
export function blocksOf({ pem, der }: SecretPart): PemBlock[] {
  if (der !== undefined) return der.map(certificateOf)
  if (pem === undefined || pem === '') return []
  const found = certificatesIn(pem)
  return found.length === 0 ? [{ fault: 'the data holds no certificate' }] : found
}

/** Every certificate that a proxy trusts by a secret. */
export const anchorsOf = memoizeByObject((dump: ConfigDump): readonly Anchor[] =>
  dump.entries('secrets').flatMap(({ name, resource }) =>
    secretParts(resource)
      .filter(({ holds }) => holds === 'trusted CA')
      .flatMap((part) =>
        blocksOf(part).flatMap((block) =>
          'certificate' in block
            ? [{ secret: name, certificate: block.certificate, trustDomain: part.trustDomain }]
            : [],
        ),
      ),
  ),
)
