import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { findVirtualHost } from '../../../semantics/routes/domain-search.ts'
import { ownLeaves } from '../../proxy/certificates.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { ChainPlace } from '../../proxy/places.ts'
import type { Rule } from '../../rule.ts'

/** Clients reuse an HTTP/2 connection for a host that its filter chain has no routes, or other routes, for. */
export const connectionReusedForOtherHost: Rule = {
  id: 'connection-reused-for-other-host',
  profile: 'edge',
  severity: 'warning',
  title: 'A certificate lets clients reuse a connection for a host that is served elsewhere',
  detects:
    'Filter chains of one listener that offer `h2` and differ in `server_names`, where the certificate of one names a host of another and its routes answer that host in another way, or not.',
  impact:
    'Browsers send requests for the second host over the connection for the first (RFC 9113, 9.1.1). They are answered with 404, flag `NR`, details `route_not_found`, or by the wrong routes; only sometimes, for it depends on which host was opened first.',
  exceptions:
    'Chains that share a route configuration, that differ in more than server names, or whose routes are not in the dump. Of certificates that are not in the dump only one that both chains show is one for both hosts; server names with `*`.',
  fix: 'Give each host a certificate that names no other, serve the hosts by one filter chain, or answer 421 where the host does not belong to the chain.',
  topic: 'secret',
  sources: [
    'https://datatracker.ietf.org/doc/html/rfc9113#section-9.1.1',
    'https://istio.io/latest/docs/ops/common-problems/network-issues/#404-errors-occur-when-multiple-gateways-configured-with-same-tls-certificate',
  ],
  needs: ['listeners', 'routes'],
  check: {
    *chain(place, proxy) {
      if (!place.of.isEdge) return
      const { chains, byName } = http2Chains(proxy)
      const own = chains.get(place)
      if (own === undefined) return
      for (const name of own.serverNames) {
        const other = otherAnswer(own, name, byName)
        if (other === undefined) continue
        const [first] = other.chain.serverNames
        const there = other.hasRoutes
          ? 'whose routes answer it in another way'
          : 'which has no virtual host for it: 404'
        yield {
          message: `clients may send requests for ${name} over a connection for ${first}, whose certificate names both, and ${there}`,
          cause: `reuse of connections to filter chain ${other.chain.place.path}`,
        }
      }
    },
  },
}

/** A filter chain that terminates TLS, offers HTTP/2 and has server names and routes. */
interface Http2Chain {
  readonly place: ChainPlace
  /** In lower case, without those that stand for many. */
  readonly serverNames: readonly string[]
  readonly table: JsonObject
  /** Secrets and files of its certificates that are not in the dump. */
  readonly unread: readonly string[]
  /** Listener, and all of the filter chain match but the server names: only with the same do clients come to both. */
  readonly among: string
}

interface Chains {
  readonly chains: ReadonlyMap<ChainPlace, Http2Chain>
  /** Of each name that certificates have, and each that is not in the dump, under `among`: the first chain of each route configuration. */
  readonly byName: ReadonlyMap<string, ReadonlyMap<JsonObject, Http2Chain>>
}

const http2Chains = memoizeByObject((proxy: Linted): Chains => {
  const chains = new Map<ChainPlace, Http2Chain>()
  const byName = new Map<string, Map<JsonObject, Http2Chain>>()
  for (const { of: place, manager } of proxy.managers) {
    const common = objectOf(place.tls?.common_tls_context)
    const { server_names, ...match } = objectOf(place.chain.filter_chain_match)
    const serverNames = stringsOf(server_names)
      .map((name) => name.toLowerCase())
      .filter((name) => !name.includes('*'))
    const table = tableOf(manager, proxy)
    if (!stringsOf(common.alpn_protocols).includes('h2') || serverNames.length === 0 || table === undefined) continue
    const unread = unreadCertificates(common, proxy)
    const chain = { place, serverNames, table, unread, among: `${place.of.name} ${JSON.stringify(match)} ` }
    chains.set(place, chain)
    const names = ownLeaves(common, proxy.index).flatMap((leaf) => leaf.names)
    const hosts = names.flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []))
    for (const name of [...hosts, ...unread]) {
      const key = `${chain.among}${name}`
      const known = byName.get(key) ?? new Map<JsonObject, Http2Chain>()
      byName.set(key, known)
      if (!known.has(table)) known.set(table, chain)
    }
  }
  return { chains, byName }
})

function unreadCertificates(common: JsonObject, { index }: Linted): string[] {
  const secrets = objectsOf(common.tls_certificate_sds_secret_configs)
    .map(({ name }) => stringOf(name) ?? '')
    .filter((name) => index.serving('secrets', name) === undefined)
  const files = objectsOf(common.tls_certificates).flatMap(
    (own) => stringOf(objectOf(own.certificate_chain).filename) ?? [],
  )
  return [...secrets.map((name) => `secret ${name}`), ...files.map((name) => `file ${name}`)]
}

function tableOf({ route_config, rds }: JsonObject, { index }: Linted): JsonObject | undefined {
  if (isObject(route_config)) return route_config
  const name = stringOf(objectOf(rds).route_config_name)
  return name === undefined ? undefined : index.serving('routes', name)?.resource
}

/** Other route configurations that are compared for one host: many chains may share one certificate. */
const maxCompared = 10

/** A chain with a certificate for the host that answers it otherwise than its own. */
function otherAnswer(own: Http2Chain, host: string, byName: Chains['byName']) {
  const mine = findVirtualHost(own.table, host)?.virtualHost
  if (mine === undefined) return undefined
  let compared = 0
  for (const name of [host, `*${host.slice(host.indexOf('.'))}`, ...own.unread])
    for (const [table, chain] of byName.get(`${own.among}${name}`) ?? []) {
      if (table === own.table) continue
      if (compared++ === maxCompared) return undefined
      const there = findVirtualHost(table, host)?.virtualHost
      if (there === undefined || JSON.stringify(there.routes) !== JSON.stringify(mine.routes))
        return { chain, hasRoutes: there !== undefined }
    }
  return undefined
}
