import type { Certificate } from '../../envoy/certificates/certificates.ts'
import { blocksOf } from '../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../envoy/certificates/secret-parts.ts'
import { type JsonObject, objectsOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'

/** The certificates of a secret, the leaf first; of those that cannot be read nothing. */
const certificatesOfSecret = memoizeByObject((secret: JsonObject): readonly Certificate[] =>
  secretParts(secret)
    .flatMap(blocksOf)
    .flatMap((block) => ('certificate' in block ? [block.certificate] : [])),
)

/** The leaf of each certificate that a TLS context shows, as far as the dump holds them. @param common `common_tls_context` */
export function ownLeaves(common: JsonObject, index: DumpIndex): Certificate[] {
  const discovered = objectsOf(common.tls_certificate_sds_secret_configs).flatMap(({ name }) => {
    const entry = index.serving('secrets', stringOf(name) ?? '')
    return entry === undefined ? [] : [entry.resource]
  })
  const inline = objectsOf(common.tls_certificates).map((own) => ({ tls_certificate: own }))
  return [...discovered, ...inline].flatMap((secret) => certificatesOfSecret(secret).slice(0, 1))
}
