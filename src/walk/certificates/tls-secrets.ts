import type { Certificate } from '../../envoy/certificates/certificates.ts'
import { blocksOf } from '../../envoy/certificates/loaded-certificates.ts'
import { secretParts } from '../../envoy/certificates/secret-parts.ts'
import type { Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'
import { whyNotServing } from '../../semantics/connection/why-not-serving.ts'
import type { AbsentResource } from '../../semantics/reasons/resource-absence.ts'

/** Certificates that a TLS context uses, under the name it knows them by. */
export interface TlsSecret {
  /** Of the secret, or of the file; `inline certificate` for one that stands in the context itself. */
  readonly name: string
  /** Why Envoy, which knows the secret's name, does not have it: it warms, or was rejected. */
  readonly awaited?: AbsentResource
  /** What the dump holds of it, the leaf first; empty when it is awaited or stands in a file of the proxy's. */
  readonly certificates: readonly Certificate[]
}

/** The certificates that a TLS context presents, in its order. @param common `common_tls_context` */
export function ownCertificates(common: JsonObject, index: DumpIndex): TlsSecret[] {
  return [
    ...objectsOf(common.tls_certificates).map((own) => inline({ tls_certificate: own }, own.certificate_chain)),
    ...objectsOf(common.tls_certificate_sds_secret_configs).map((config) => discovered(config, index)),
  ]
}

/** The roots that a TLS context trusts; undefined when it checks no certificate. @param common `common_tls_context` */
export function trustedRoots(common: JsonObject, index: DumpIndex): TlsSecret | undefined {
  const combined = objectOf(common.combined_validation_context)
  const bySecret = common.validation_context_sds_secret_config ?? combined.validation_context_sds_secret_config
  if (isObject(bySecret)) return discovered(bySecret, index)
  const context = common.validation_context ?? combined.default_validation_context
  const roots = objectOf(context).trusted_ca
  return isObject(roots) ? inline({ validation_context: objectOf(context) }, roots) : undefined
}

const certificatesIn = memoizeByObject(({ resource }: Entry) => certificatesOf(resource))

function discovered(config: JsonObject, index: DumpIndex): TlsSecret {
  const name = stringOf(config.name) ?? ''
  const entry = index.serving('secrets', name)
  if (entry !== undefined) return { name, certificates: certificatesIn(entry) }
  const [other] = index.others('secrets', name)
  return { name, certificates: [], ...(other === undefined ? {} : { awaited: whyNotServing(other) }) }
}

function inline(secret: JsonObject, source: unknown): TlsSecret {
  const name = stringOf(objectOf(source).filename) ?? 'inline certificate'
  return { name, certificates: certificatesOf(secret) }
}

function certificatesOf(secret: JsonObject): readonly Certificate[] {
  return secretParts(secret)
    .flatMap(blocksOf)
    .flatMap((block) => ('certificate' in block ? [block.certificate] : []))
}
