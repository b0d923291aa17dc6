import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { chainsOfListener } from '../../envoy/model/filter-chains.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { downstreamTlsOf } from '../../semantics/connection/downstream-tls.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'
import { selectFilterChain } from '../../semantics/connection/filter-chain.ts'
import type { Connection } from '../../semantics/connection.ts'
import { parseAuthority } from '../../semantics/http/authority.ts'
import { RequestEnd } from '../../semantics/outcome.ts'
import { because, type Warning } from '../../semantics/reasons/reason.ts'
import { findVirtualHost } from '../../semantics/routes/domain-search.ts'
import { namesCover } from './served-certificate.ts'
import { ownCertificates, type TlsSecret } from './tls-secrets.ts'

/**
 * What connections that clients reuse do to a request: on this connection, if it was made for another host, and on another one that
 * clients may take for it.
 * @param selected the filter chain of the connection
 * @param authority of the request; undefined for what is no HTTP
 */
export function reuseWarnings(
  listener: JsonObject,
  selected: JsonObject,
  connection: Connection,
  authority: string | undefined,
  index: DumpIndex,
): Warning[] {
  const { sni } = connection
  if (authority === undefined || sni === '' || downstreamTlsOf(selected) === undefined) return []
  const { host } = parseAuthority(authority)
  if (host.toLowerCase() === sni.toLowerCase()) return connectionReuse(listener, selected, host, index)
  const own = selectFilterChain(listener, { ...connection, sni: host.toLowerCase() })
  if (own instanceof RequestEnd || own.selected === undefined || own.selected.chain === selected) return []
  if (stringsOf(objectOf(own.selected.chain.filter_chain_match).server_names).length === 0) return []
  return [because('connection-for-other-host', { host, serverName: sni, chain: own.selected.name })]
}

/** A filter chain that ends TLS, offers HTTP/2 and has routes. */
interface Http2Chain {
  readonly name: string
  readonly chain: JsonObject
  readonly secrets: readonly TlsSecret[]
  readonly routes: JsonObject
}

/**
 * Clients of HTTP/2 send requests for a host over a connection that they made for another one, where the certificate of that connection
 * names both (RFC 9113, 9.1.1). The request is then served by the filter chain of the other host: a warning where that chain has other
 * routes for the host, or none, which Envoy answers with 404.
 * @param host of the request and of its TLS handshake
 */
function connectionReuse(listener: JsonObject, selected: JsonObject, host: string, index: DumpIndex): Warning[] {
  const chains = chainsOfListener(listener).map((chain, at) => http2Chain(chain, at, index))
  const own = chains.find((one) => one?.chain === selected)
  if (own === undefined || host === '') return []
  const name = host.toLowerCase()
  for (const other of chains) {
    if (other === undefined || other === own || otherwiseApart(other.chain, selected)) continue
    const [serverName] = stringsOf(objectOf(other.chain.filter_chain_match).server_names)
    const certificate = covering(other, own, name)
    if (serverName === undefined || certificate === undefined) continue
    const there = findVirtualHost(other.routes, name)?.virtualHost
    if (isSame(there?.routes, findVirtualHost(own.routes, name)?.virtualHost.routes)) continue
    return [
      because('connection-reused', {
        host,
        serverName,
        certificate: certificate.name,
        chain: other.name,
        hasRoutes: there !== undefined,
      }),
    ]
  }
  return []
}

function http2Chain(chain: JsonObject, at: number, index: DumpIndex): Http2Chain | undefined {
  const common = objectOf(downstreamTlsOf(chain)?.common_tls_context)
  if (!stringsOf(common.alpn_protocols).includes('h2')) return undefined
  const manager = objectsOf(chain.filters)
    .map((filter) => typedConfig(filter))
    .find(({ message }) => message === 'HttpConnectionManager')?.config
  if (manager === undefined || manager.scoped_routes !== undefined) return undefined
  const { rds } = manager
  const asked = stringOf(objectOf(rds).route_config_name)
  const routes = asked === undefined ? objectOf(manager.route_config) : index.serving('routes', asked)?.resource
  if (routes === undefined) return undefined
  return { name: stringOf(chain.name) || `#${at}`, chain, secrets: ownCertificates(common, index), routes }
}

/** Whether chains differ in more than server names: the same client then never gets to one on a connection like that to the other. */
function otherwiseApart(a: JsonObject, b: JsonObject): boolean {
  const rest = (chain: JsonObject) => {
    const { server_names: _, ...others } = objectOf(chain.filter_chain_match)
    return others
  }
  return !isSame(rest(a), rest(b))
}

/** A certificate of the other chain that names the host: as the dump has it, or the very one that the host's own chain shows. */
function covering(other: Http2Chain, own: Http2Chain, host: string): TlsSecret | undefined {
  return other.secrets.find(({ name, certificates: [leaf] }) =>
    leaf === undefined ? own.secrets.some((secret) => secret.name === name) : namesCover(leaf, host),
  )
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
