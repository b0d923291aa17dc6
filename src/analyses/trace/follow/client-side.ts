import { objectOf } from '../../../envoy/json.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import { hostsOf } from '../../../semantics/clusters/hosts.ts'
import { transportSocketFor } from '../../../semantics/clusters/upstream-tls.ts'
import type { DumpIndex } from '../../../semantics/connection/dump-index.ts'
import { sanText } from '../../../semantics/connection/san-match.ts'
import { type TlsSide, tlsSide } from '../../../walk/certificates/peer-check.ts'
import type { EndpointChoice, Hop } from '../../../walk/trace-result.ts'

/**
 * The client side of the connection that a hop makes to an endpoint; undefined where it speaks no TLS. Names that the server must have
 * by the request (`auto_san_validation`) stand for those of the configuration.
 */
export function clientSide(
  proxy: string,
  index: DumpIndex,
  { cluster = '', tls }: Hop,
  endpoint: EndpointChoice,
): TlsSide | undefined {
  const resource = index.serving('clusters', endpoint.cluster ?? cluster)?.resource
  if (resource === undefined) return undefined
  const host = hostsOf(resource, index, undefined)?.hosts.find(({ label }) => label === endpoint.address)
  if (host === undefined) return undefined
  const { config } = typedConfig(transportSocketFor(resource, host).socket)
  const inner = config.transport_socket === undefined ? config : typedConfig(objectOf(config.transport_socket)).config
  if (inner.common_tls_context === undefined) return undefined
  const side = tlsSide(proxy, inner, index)
  const asked = tls?.sans ?? []
  const isConfigured = JSON.stringify(asked) === JSON.stringify(side.names.map(sanText))
  return isConfigured ? side : { ...side, names: asked.map((exact) => ({ matcher: { exact } })) }
}
