import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import { type JsonObject, objectsOf } from '../../../../src/envoy/json.ts'
import { accessLog } from '../../trace/envoy.ts'
import { httpListener } from '../bootstrap.ts'
import type { KeyPair } from '../keys.ts'
import { type Parts, type Proof, typed } from '../proof.ts'
import { serverPorts } from '../servers.ts'

const { first, tls: tlsPort } = serverPorts
const message = 'extensions.transport_sockets.tls.v3'

function pair({ cert, key }: KeyPair): JsonObject {
  return { certificate_chain: { inline_string: cert }, private_key: { inline_string: key } }
}

/** A listener with TLS; its certificate is a secret of its own. */
function behindTls(
  parts: Parts,
  shown: KeyPair,
  { common = {}, context = {}, match = {} }: { common?: JsonObject; context?: JsonObject; match?: JsonObject } = {},
) {
  const { cluster, route, name } = parts
  const transport_socket = {
    name: 'tls',
    typed_config: typed(`${message}.DownstreamTlsContext`, {
      common_tls_context: {
        tls_certificate_sds_secret_configs: [{ name: name('cert') }],
        alpn_protocols: ['h2', 'http/1.1'],
        ...common,
      },
      ...context,
    }),
  }
  return {
    routes: [route('main')],
    clusters: [cluster('main', [first])],
    secrets: [{ name: name('cert'), tls_certificate: pair(shown) }],
    chain: { transport_socket, ...match },
    listener: {
      listener_filters: [
        { name: 'inspector', typed_config: typed('extensions.filters.listener.tls_inspector.v3.TlsInspector') },
      ],
    },
  }
}

/** A cluster whose servers speak TLS, for the host `shop.example.com`. */
function toTls(
  { cluster, route, name }: Parts,
  common: JsonObject,
  { sni = 'shop.example.com', ofCluster = {} }: { sni?: string; ofCluster?: JsonObject } = {},
) {
  const transport_socket = {
    name: 'tls',
    typed_config: typed(`${message}.UpstreamTlsContext`, { sni, common_tls_context: common }),
  }
  // Not as loopback, which nothing has to be proven on.
  const endpoint = { address: { socket_address: { address: '0.0.0.0', port_value: tlsPort } } }
  const load_assignment = { cluster_name: name('main'), endpoints: [{ lb_endpoints: [{ endpoint }] }] }
  return {
    routes: [route('main')],
    clusters: [cluster('main', [], { transport_socket, load_assignment, ...ofCluster })],
  }
}

const roots = ({ keys }: Parts): JsonObject => ({ trusted_ca: { inline_string: keys.root } })
const named = (host: string): JsonObject => ({
  match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: host } }],
})
/** The name that is asked for is the host of the request. */
const autoSan: JsonObject = {
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typed(
      'extensions.upstreams.http.v3.HttpProtocolOptions',
      {
        upstream_http_protocol_options: { auto_sni: true, auto_san_validation: true },
        explicit_http_config: { http_protocol_options: {} },
      },
    ),
  },
}
const forHost = { filter_chain_match: { server_names: ['shop.example.com'] } }
const required = { context: { require_client_certificate: true } }

/** A client that checks the certificate for the host that it asks for. */
const careful = (keys: Parts['keys']) => ({ tls: { ca: keys.root, rejectUnauthorized: true } })
const stranger = (keys: Parts['keys']) => ({ tls: { ...keys.stranger } })

/** To a server of which another name is expected than it has. */
function toBank(parts: Parts) {
  const validation_context = { ...roots(parts), ...named('bank.example.com') }
  return toTls(parts, { validation_context }, { sni: 'bank.example.com' })
}

/** The certificate that a listener shows has a defect; with another one the same client is answered. */
function shownCertificate(
  rule: string,
  shown: 'other' | 'expired' | 'future',
  symptom: RegExp,
  more?: Parameters<typeof behindTls>[2],
): Proof {
  return {
    rule,
    defect: (parts) => behindTls(parts, parts.keys[shown], more),
    fix: (parts) => behindTls(parts, parts.keys.server, more),
    ask: ({ http, keys }) => http(careful(keys)),
    symptom,
    cured: /^200/,
  }
}

export const tlsProofs: readonly Proof[] = [
  shownCertificate('certificate-not-for-host', 'other', /^ERR_TLS_CERT_ALTNAME_INVALID/, { match: forHost }),
  shownCertificate('certificate-expired', 'expired', /^CERT_HAS_EXPIRED/),
  shownCertificate('certificate-not-yet-valid', 'future', /^CERT_NOT_YET_VALID/),
  {
    rule: 'client-certificate-not-checked',
    defect: (parts) => behindTls(parts, parts.keys.server, required),
    fix: (parts) => behindTls(parts, parts.keys.server, { ...required, common: { validation_context: roots(parts) } }),
    ask: ({ http }) => http({ tls: {} }),
    symptom: /^200/,
    cured: /^(?:ERR_SSL|ECONNRESET|EPROTO)/,
  },
  {
    rule: 'untrusted-accepted',
    defect: (parts) =>
      behindTls(parts, parts.keys.server, {
        ...required,
        common: { validation_context: { ...roots(parts), trust_chain_verification: 'ACCEPT_UNTRUSTED' } },
      }),
    fix: (parts) => behindTls(parts, parts.keys.server, { ...required, common: { validation_context: roots(parts) } }),
    ask: ({ http, keys }) => http(stranger(keys)),
    symptom: /^200/,
    cured: /^(?:ERR_SSL|ECONNRESET|EPROTO)/,
  },
  {
    rule: 'tls-version-below-1.2',
    defect: (parts) => behindTls(parts, parts.keys.server, { common: oldest('TLSv1_0') }),
    fix: (parts) => behindTls(parts, parts.keys.server, { common: oldest('TLSv1_2') }),
    ask: ({ handshake }) =>
      handshake({
        servername: 'shop.example.com',
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT:@SECLEVEL=0',
      }),
    symptom: /^handshake TLSv1.1/,
    cured: /^(?:ERR_SSL|ECONNRESET|EPROTO|closed)/,
  },
  {
    rule: 'h2-not-offered',
    defect: (parts) => ({
      ...behindTls(parts, parts.keys.server, { common: { alpn_protocols: ['http/1.1'] } }),
      routes: [grpc(parts)],
    }),
    fix: (parts) => ({ ...behindTls(parts, parts.keys.server), routes: [grpc(parts)] }),
    ask: ({ handshake }) => handshake({ servername: 'shop.example.com', ALPNProtocols: ['h2', 'http/1.1'] }),
    symptom: /^handshake TLSv1.3 http\/1.1/,
    cured: /^handshake TLSv1.3 h2/,
  },
  {
    rule: 'upstream-not-verified',
    defect: (parts) => toTls(parts, {}, { sni: 'bank.example.com' }),
    fix: toBank,
    symptom: /^200/,
    cured: /^503 UF .*CERTIFICATE_VERIFY_FAILED/,
  },
  {
    rule: 'upstream-identity-not-checked',
    defect: (parts) => toTls(parts, { validation_context: roots(parts) }, { sni: 'bank.example.com' }),
    fix: toBank,
    symptom: /^200/,
    cured: /^503 UF .*CERTIFICATE_VERIFY_FAILED/,
  },
  {
    rule: 'auto-san-without-ca',
    defect: (parts) => toTls(parts, { validation_context: {} }, { ofCluster: autoSan }),
    fix: (parts) => toTls(parts, { validation_context: roots(parts) }, { ofCluster: autoSan }),
    symptom: /^503 UF .*CERTIFICATE_VERIFY_FAILED/,
    cured: /^200/,
  },
  {
    rule: 'sds-not-loaded',
    defect: (parts) =>
      toTls(parts, { tls_certificate_sds_secret_configs: [{ name: parts.name('late'), sds_config: never(parts) }] }),
    fix: (parts) => toTls(parts, { validation_context: { ...roots(parts), ...named('shop.example.com') } }),
    symptom: /^503 UF .*Secret_is_not_supplied_by_SDS/,
    cured: /^200/,
  },
  {
    rule: 'connection-reused-for-other-host',
    isEdge: true,
    defect: (parts) => twoHosts(parts, parts.keys.both, parts.keys.both),
    fix: (parts) => twoHosts(parts, parts.keys.server, parts.keys.other),
    // As a browser does: over the connection that it has, where the certificate is for the other host as well, else over a new one.
    async ask({ http, keys }) {
      const host = 'other.example.com'
      const isForOther: ConnectionOptions['checkServerIdentity'] = (_name, certificate) =>
        checkServerIdentity(host, certificate)
      const own = { ca: keys.root, rejectUnauthorized: true }
      const reused = await http({
        host,
        tls: { ...own, servername: 'shop.example.com', checkServerIdentity: isForOther },
      })
      return /^\d/.test(reused.text) ? reused : http({ host, tls: own })
    },
    symptom: /^404 NR route_not_found/,
    cured: /^200/,
  },
  {
    rule: 'no-chain-for-sni',
    isEdge: true,
    defect: (parts) => behindTls(parts, parts.keys.server, { match: forHost }),
    fix: (parts) => {
      const side = behindTls(parts, parts.keys.server, { match: forHost })
      const { filter_chain_match: _, ...rest } = side.chain as JsonObject
      return { ...side, chain: rest }
    },
    ask: ({ http }) => http({ tls: { servername: '' } }),
    symptom: /^(?:ECONNRESET|socket)/,
    cured: /^200/,
  },
]

/** A filter chain for each of two hosts, with routes for that host alone. */
function twoHosts(parts: Parts, first: KeyPair, second: KeyPair) {
  const { name, folder } = parts
  const side = behindTls(parts, first, { match: forHost })
  const common_tls_context = {
    tls_certificate_sds_secret_configs: [{ name: name('other') }],
    alpn_protocols: ['h2', 'http/1.1'],
  }
  const route_config = {
    name: name('other'),
    virtual_hosts: [
      {
        name: 'other',
        domains: ['other.example.com'],
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
      },
    ],
  }
  const { filter_chains } = httpListener('other', 0, { route_config, access_log: accessLog(folder) })
  const [chain] = objectsOf(filter_chains)
  const other = {
    ...chain,
    filter_chain_match: { server_names: ['other.example.com'] },
    transport_socket: { name: 'tls', typed_config: typed(`${message}.DownstreamTlsContext`, { common_tls_context }) },
  }
  return {
    ...side,
    virtualHost: { domains: ['shop.example.com'] },
    secrets: [...side.secrets, { name: name('other'), tls_certificate: pair(second) }],
    otherChains: [other],
  }
}

function oldest(version: string): JsonObject {
  return {
    tls_params: {
      tls_minimum_protocol_version: version,
      cipher_suites: ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    },
  }
}

function grpc({ name }: Parts): JsonObject {
  return { match: { prefix: '/', grpc: {} }, route: { cluster: name('main') } }
}

/** A control plane that sends no secret. */
function never({ name }: Parts): JsonObject {
  return {
    api_config_source: {
      api_type: 'GRPC',
      transport_api_version: 'V3',
      grpc_services: [{ envoy_grpc: { cluster_name: name('main') } }],
    },
    initial_fetch_timeout: '0.2s',
    resource_api_version: 'V3',
  }
}
