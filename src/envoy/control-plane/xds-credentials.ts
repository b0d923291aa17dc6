import { platform } from '../../platform/node.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'

/** Where a proxy has the certificates with which it is connected to its control plane. Envoy hides the key, and the path of its file. */
export interface CertificateSources {
  /** Path in the proxy's container of the authorities that it trusts. */
  readonly ca: string | undefined
  /** The authorities themselves, as PEM, where the bootstrap holds them or a file of secrets that Envoy has read. */
  readonly authorities: string | undefined
  /** Path of its own certificate. */
  readonly certificate: string | undefined
  /** The file that names it, where it comes by SDS from a file. */
  readonly secretFile: SecretFile | undefined
}

/** A secret of a file in Envoy's layout. */
export interface SecretFile {
  readonly path: string
  readonly name: string
}

/**
 * The certificates of the cluster of a control plane.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/security/secret
 * @param context `CommonTlsContext`
 * @param secretOf a secret that Envoy has loaded
 */
export function certificateSourcesOf(
  context: JsonObject,
  secretOf: (name: string) => JsonObject | undefined,
): CertificateSources {
  const [own] = objectsOf(context.tls_certificates)
  const { default_validation_context, validation_context_sds_secret_config: combined } = objectOf(
    context.combined_validation_context,
  )
  const { trusted_ca } = objectOf(context.validation_context ?? default_validation_context)
  const rootsName = stringOf(objectOf(context.validation_context_sds_secret_config ?? combined).name)
  const loaded = rootsName === undefined ? {} : objectOf(objectOf(secretOf(rootsName)).validation_context)
  const roots = objectOf(trusted_ca ?? loaded.trusted_ca)
  const [discovered] = objectsOf(context.tls_certificate_sds_secret_configs)
  return {
    ca: stringOf(roots.filename),
    authorities: textOf(roots),
    certificate: stringOf(objectOf(own?.certificate_chain).filename),
    secretFile: fileOf(objectOf(discovered)),
  }
}

/** Those of gRPC's own client. @param credentials `SslCredentials` */
export function sslCertificatesOf({ root_certs, cert_chain }: JsonObject): CertificateSources {
  const roots = objectOf(root_certs)
  return {
    ca: stringOf(roots.filename),
    authorities: textOf(roots),
    certificate: stringOf(objectOf(cert_chain).filename),
    secretFile: undefined,
  }
}

/** https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/base.proto#config-core-v3-datasource */
function textOf({ inline_string, inline_bytes }: JsonObject): string | undefined {
  const bytes = stringOf(inline_bytes)
  return stringOf(inline_string) ?? (bytes === undefined ? undefined : latin1Of(bytes))
}

function latin1Of(base64: string): string {
  return platform.latin1(platform.fromBase64(base64))
}

function fileOf({ name, sds_config }: JsonObject): SecretFile | undefined {
  const { path, path_config_source } = objectOf(sds_config)
  const file = stringOf(path) ?? stringOf(objectOf(path_config_source).path)
  return file === undefined ? undefined : { path: file, name: stringOf(name) ?? '' }
}

/** The headers that a proxy sends with each call to its control plane, a token among them. Names are in lower case. */
export interface InitialMetadata {
  readonly sent: Readonly<Record<string, string>>
  /** Names of those whose values were taken out of a dump that was saved. */
  readonly hidden: readonly string[]
}

/** @param service `GrpcService` */
export function initialMetadataOf({ initial_metadata }: JsonObject): InitialMetadata {
  const all = objectsOf(initial_metadata).map(({ key, value, raw_value }): [string, string] => {
    const raw = stringOf(raw_value)
    return [(stringOf(key) ?? '').toLowerCase(), stringOf(value) || (raw === undefined ? '' : latin1Of(raw))]
  })
  const isHidden = (text: string) => text.includes('[redacted')
  // What HTTP/2 does not allow would end the call.
  const isAllowed = ([name, text]: [string, string]) => /^[a-z0-9._-]+$/.test(name) && /^[\x20-\x7e]+$/.test(text)
  return {
    sent: Object.fromEntries(all.filter((each) => isAllowed(each) && !isHidden(each[1]))),
    hidden: all.filter(([, text]) => isHidden(text)).map(([name]) => name),
  }
}
