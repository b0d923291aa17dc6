import { isObject, type JsonObject, objectOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Host } from '../../semantics/clusters/hosts.ts'
import { transportSocketFor } from '../../semantics/clusters/upstream-tls.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'
import { because, type Warning } from '../../semantics/reasons/reason.ts'
import { type Moment, presentedWarning, rootsWarning } from './certificate-warnings.ts'
import { ownCertificates, trustedRoots } from './tls-secrets.ts'

export interface UpstreamCertificates {
  /** Subject alternative names of the certificate that the proxy presents, `URI:spiffe://…`; empty when the dump has none. */
  readonly names: readonly string[]
  /** Names of the secrets that it needs, and files. */
  readonly secrets: readonly string[]
  /** What is wrong with the certificates that the connection needs, as far as the dump tells. */
  readonly warnings: readonly Warning[]
}

/** The certificates of a connection to the host. @param moment that they are judged at; not at all without it */
export function upstreamCertificates(
  index: DumpIndex,
  cluster: JsonObject,
  host: Host,
  moment: Moment | undefined,
): UpstreamCertificates {
  const { socket } = transportSocketFor(cluster, host)
  const { config } = typedConfig(socket)
  const inner = isObject(config.transport_socket) ? typedConfig(config.transport_socket).config : config
  const common = objectOf(inner.common_tls_context)
  const own = ownCertificates(common, index)
  const roots = trustedRoots(common, index)
  const used = roots === undefined ? own : [...own, roots]
  return {
    secrets: used.map(({ name }) => name),
    names: own[0]?.certificates[0]?.names ?? [],
    warnings: [
      ...used.map(({ name, awaited }) => awaited && because('secret-of-cluster-awaited', { secret: name, ...awaited })),
      ...own.map((secret) => moment && presentedWarning(secret, moment, 'server')),
      moment && roots && rootsWarning(roots, moment, 'server'),
    ].filter((warning) => warning !== undefined),
  }
}
