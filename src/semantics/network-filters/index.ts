import { extensionLookup } from '../extensions/extension-registry.ts'
import { isNativePlugin } from '../extensions/wasm-plugin.ts'
import { continueWith, respond, undecided } from '../filters/filter-result.ts'
import { because } from '../reasons/reason.ts'
import { filterStateFilters } from './filter-state-filters.ts'
import type { NetworkFilterType } from './filter-type.ts'
import { rbac } from './rbac.ts'

const network = 'envoy.extensions.filters.network'

type Undecided = Pick<NetworkFilterType, 'types' | 'names' | 'authorizes'> & {
  readonly code: 'authorization-service-decides' | 'rate-limit-service-decides' | UndecidedCode
}

type UndecidedCode =
  | 'authentication-policy-decides'
  | 'authentication-service-decides'
  | 'depends-on-earlier-connections'
  | 'depends-on-open-connections'
  | 'external-processor-decides'
  | 'filter-chosen-per-connection'
  | 'module-can-close'

const undecidedFilters: readonly Undecided[] = [
  {
    types: [`${network}.ext_authz.v3.ExtAuthz`],
    names: ['envoy.ext_authz'],
    authorizes: true,
    code: 'authorization-service-decides',
  },
  {
    types: [`${network}.ratelimit.v3.RateLimit`, 'envoy.config.filter.network.rate_limit.v2.RateLimit'],
    names: ['envoy.ratelimit'],
    code: 'rate-limit-service-decides',
  },
  { types: [`${network}.local_ratelimit.v3.LocalRateLimit`], names: [], code: 'depends-on-earlier-connections' },
  { types: [`${network}.connection_limit.v3.ConnectionLimit`], names: [], code: 'depends-on-open-connections' },
  {
    types: [`${network}.client_ssl_auth.v3.ClientSSLAuth`],
    names: ['envoy.client_ssl_auth'],
    authorizes: true,
    code: 'authentication-service-decides',
  },
  {
    types: ['io.istio.network.authn.Config'],
    names: ['istio_authn'],
    authorizes: true,
    code: 'authentication-policy-decides',
  },
  { types: [`${network}.ext_proc.v3.NetworkExternalProcessor`], names: [], code: 'external-processor-decides' },
  { types: [`${network}.match_delegate.v3.MatchDelegate`], names: [], code: 'filter-chosen-per-connection' },
  { types: [`${network}.golang.v3alpha.Config`], names: [], code: 'module-can-close' },
  { types: [`${network}.dynamic_modules.v3.DynamicModuleNetworkFilter`], names: [], code: 'module-can-close' },
]

/** Filters that route by a protocol of their own. */
const ownProtocols: readonly Pick<NetworkFilterType, 'types' | 'names'>[] = [
  { types: [`${network}.redis_proxy.v3.RedisProxy`], names: ['envoy.redis_proxy'] },
  { types: [`${network}.thrift_proxy.v3.ThriftProxy`], names: [] },
  { types: [`${network}.dubbo_proxy.v3.DubboProxy`], names: [] },
  {
    types: [
      `${network}.meta_protocol_proxy.v3.MetaProtocolProxy`,
      'aeraki.meta_protocol_proxy.v1alpha.MetaProtocolProxy',
    ],
    names: [],
  },
  { types: [`${network}.generic_proxy.v3.GenericProxy`], names: [] },
  { types: [`${network}.rocketmq_proxy.v3.RocketmqProxy`], names: [] },
  { types: [`${network}.kafka_mesh.v3alpha.KafkaMesh`], names: [] },
  { types: [`${network}.reverse_tunnel.v3.ReverseTunnel`], names: [] },
  { types: [`${network}.echo.v3.Echo`, 'envoy.config.filter.network.echo.v2.EchoConfig'], names: ['envoy.echo'] },
]

/** Filters that hand the connection on as it is: they count, log, and set state that nothing here looks at. */
const passing = [
  'geoip.v3.Geoip',
  'kafka_broker.v3.KafkaBroker',
  'mongo_proxy.v3.MongoProxy',
  'mysql_proxy.v3.MySQLProxy',
  'postgres_proxy.v3alpha.PostgresProxy',
  'sip_proxy.v3alpha.SipProxy',
  'smtp_proxy.v3alpha.SmtpProxy',
  'zookeeper_proxy.v3.ZooKeeperProxy',
]

/** Filters of Istio's proxy: telemetry, peer metadata. */
const passingNames = ['istio.stats', 'istio.metadata_exchange', 'envoy.filters.network.metadata_exchange']

/** THE list of network filters: what each does to a connection. */
export const networkFilterTypes: readonly NetworkFilterType[] = [
  {
    types: [`${network}.http_connection_manager.v3.HttpConnectionManager`],
    names: [],
    terminal: 'http',
    evaluate: () => continueWith(),
  },
  { types: [`${network}.tcp_proxy.v3.TcpProxy`], names: [], terminal: 'tcp', evaluate: () => continueWith() },
  rbac,
  ...filterStateFilters,
  {
    types: [`${network}.wasm.v3.Wasm`],
    names: ['envoy.filters.network.wasm'],
    evaluate: ({ config }) => (isNativePlugin(config) ? continueWith() : undecided(because('module-can-close', {}))),
  },
  {
    types: [`${network}.direct_response.v3.Config`],
    names: [],
    terminal: 'other',
    evaluate: () =>
      respond({
        kind: 'directResponse',
        details: 'network_direct_response',
        reason: because('connection-answered', {}),
      }),
  },
  ...ownProtocols.map(
    (row): NetworkFilterType => ({
      ...row,
      terminal: 'other',
      evaluate: () =>
        respond({ kind: 'undecidable', details: 'other_terminal', reason: because('routes-by-own-protocol', {}) }),
    }),
  ),
  ...undecidedFilters.map(
    ({ code, ...row }): NetworkFilterType => ({ ...row, evaluate: () => undecided(because(code, {})) }),
  ),
  {
    types: ['istio.mixer.v1.config.client.TcpClientConfig'],
    names: ['mixer'],
    evaluate: ({ config }) =>
      config.disable_check_calls === true ? continueWith() : undecided(because('policy-service-decides', {})),
  },
  {
    types: passing.map((type) => `${network}.${type}`),
    names: passingNames,
    packages: ['istio.tls_passthrough.', 'envoy.tcp.metadataexchange.', 'stats.'],
    evaluate: () => continueWith(),
  },
]

/** The kind of a filter by its configuration; undefined for one that this program does not know. */
export const networkFilterType = extensionLookup(networkFilterTypes)
