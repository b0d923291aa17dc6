import type { JsonObject } from '../../../../src/envoy/json.ts'
import { accessLog } from '../../trace/envoy.ts'
import { httpFilter, type Parts, type Proof, typed } from '../proof.ts'
import { type Answer, type Question, settled } from '../question.ts'
import { serverPorts } from '../servers.ts'
import { discovered } from './discovered.ts'

const { first } = serverPorts

const rbac = (action: string, more: JsonObject = {}): JsonObject =>
  httpFilter('rbac', 'rbac.v3.RBAC', { rules: { action, policies: {} }, ...more })

function tcpProxy(cluster: string, { folder }: Parts, rule: string): JsonObject {
  return {
    name: 'tcp',
    typed_config: typed('extensions.filters.network.tcp_proxy.v3.TcpProxy', {
      stat_prefix: 'x',
      cluster,
      access_log: accessLog(folder, rule),
    }),
  }
}

function rds({ cluster, folder, route }: Parts, wanted: string) {
  const table = typed('config.route.v3.RouteConfiguration', {
    name: 'rds-not-loaded',
    virtual_hosts: [{ name: 'v', domains: ['*'], routes: [route('main')] }],
  })
  const config_source = discovered(folder, 'rds.json', [table])
  return { manager: { rds: { route_config_name: wanted, config_source } }, clusters: [cluster('main', [first])] }
}

function ecds({ cluster, folder, route }: Parts, has: boolean) {
  const config = typed('config.core.v3.TypedExtensionConfig', {
    name: 'late',
    typed_config: typed('extensions.filters.http.cors.v3.Cors'),
  })
  const config_source = discovered(folder, 'ecds.json', has ? [config] : [])
  const filter = {
    name: 'late',
    config_discovery: { config_source, type_urls: ['type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors'] },
  }
  return { filters: [filter], clusters: [cluster('main', [first])], routes: [route('main')] }
}

function internal({ cluster, name, route }: Parts, to: string) {
  const endpoint = { address: { envoy_internal_address: { server_listener_name: to, endpoint_id: 'x' } } }
  const load_assignment = { cluster_name: name('main'), endpoints: [{ lb_endpoints: [{ endpoint }] }] }
  const socket = {
    name: 'internal',
    typed_config: typed('extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport', {
      transport_socket: { name: 'raw', typed_config: typed('extensions.transport_sockets.raw_buffer.v3.RawBuffer') },
    }),
  }
  return { clusters: [cluster('main', [], { load_assignment, transport_socket: socket })], routes: [route('main')] }
}

function aggregate(parts: Parts, second: string) {
  const members = typed('extensions.clusters.aggregate.v3.ClusterConfig', {
    clusters: [parts.name('empty'), parts.name(second)],
  })
  const all = parts.cluster('all', [])
  const { load_assignment: _, type: __, ...own } = all
  return {
    clusters: [
      {
        ...own,
        lb_policy: 'CLUSTER_PROVIDED',
        cluster_type: { name: 'envoy.clusters.aggregate', typed_config: members },
      },
      parts.cluster('empty', []),
      parts.cluster('spare', [first]),
    ],
    routes: [parts.route('all')],
  }
}

function authorized(parts: Parts, service: string) {
  const uri = { uri: `http://127.0.0.1:${first}`, cluster: parts.name(service), timeout: '1s' }
  return {
    filters: [httpFilter('authz', 'ext_authz.v3.ExtAuthz', { http_service: { server_uri: uri } })],
    clusters: [parts.cluster('main', [first]), parts.cluster('authz', [first])],
    routes: [parts.route('main')],
  }
}

function placeholder(parts: Parts, manager: JsonObject) {
  return {
    manager,
    routes: [
      { match: { prefix: '/gone' }, direct_response: { status: 503 } },
      parts.route('main', { upgrade_configs: [{ upgrade_type: 'websocket' }] }),
    ],
    clusters: [parts.cluster('main', [first])],
  }
}

export const referenceProofs: readonly Proof[] = [
  {
    rule: 'route-to-missing-cluster',
    defect: ({ cluster, route }) => ({ routes: [route('gone')], clusters: [cluster('main', [first])] }),
    fix: ({ cluster, route }) => ({ routes: [route('main')], clusters: [cluster('main', [first])] }),
    symptom: /^503 NC cluster_not_found$/,
    cured: /^200/,
  },
  {
    rule: 'backend-unresolved',
    defect: () => ({
      routes: [
        {
          match: { prefix: '/' },
          direct_response: { status: 503 },
          metadata: {
            filter_metadata: {
              'envoy-gateway': { resources: [{ kind: 'HTTPRoute', name: 'api', namespace: 'shop' }] },
            },
          },
        },
      ],
    }),
    fix: ({ cluster, route }) => ({ routes: [route('main')], clusters: [cluster('main', [first])] }),
    symptom: /^503 direct_response$/,
    cured: /^200/,
  },
  {
    rule: 'websocket-blocked-by-placeholder',
    defect: (parts) => placeholder(parts, {}),
    fix: (parts) => placeholder(parts, { upgrade_configs: [{ upgrade_type: 'websocket' }] }),
    ask: ({ http }) => http({ path: '/gone', headers: { connection: 'Upgrade', upgrade: 'websocket' } }),
    symptom: /^403 .*upgrade_failed/,
    cured: /^503/,
  },
  {
    rule: 'filter-to-missing-cluster',
    defect: (parts) => authorized(parts, 'gone'),
    fix: (parts) => authorized(parts, 'authz'),
    symptom: /^403 UAEX ext_authz_error$/,
    cured: /^200/,
  },
  {
    rule: 'tcp-proxy-to-missing-cluster',
    defect: (parts) => ({ networkFilters: [tcpProxy(parts.name('gone'), parts, 'tcp-proxy-to-missing-cluster')] }),
    fix: (parts) => ({
      networkFilters: [tcpProxy(parts.name('main'), parts, 'tcp-proxy-to-missing-cluster')],
      clusters: [parts.cluster('main', [first])],
    }),
    ask: ({ tcp }) => tcp('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'),
    symptom: /^(?:closed|ECONNRESET) NC/,
    cured: /^HTTP\/1.1 200/,
  },
  {
    rule: 'mirror-to-missing-cluster',
    defect: (parts) => mirrored(parts, 'gone'),
    fix: (parts) => mirrored(parts, 'shadow'),
    ask: countedMirrors,
    symptom: /^200, asked 1 times/,
    cured: /^200, asked 2 times/,
  },
  {
    rule: 'aggregate-member-missing',
    defect: (parts) => aggregate(parts, 'gone'),
    fix: (parts) => aggregate(parts, 'spare'),
    symptom: /^503 UH/,
    cured: /^200/,
  },
  {
    rule: 'ecds-not-loaded',
    defect: (parts) => ecds(parts, false),
    fix: (parts) => ecds(parts, true),
    symptom: /^500 NFCF/,
    cured: /^200/,
  },
  {
    rule: 'internal-listener-missing',
    defect: (parts) => internal(parts, 'gone'),
    fix: ({ cluster, route }) => ({ clusters: [cluster('main', [first])], routes: [route('main')] }),
    symptom: /^503 UF/,
    cured: /^200/,
  },
  {
    rule: 'per-route-config-orphan',
    defect: (parts) => overridden(parts, 'rbac-of-health'),
    fix: (parts) => overridden(parts, 'rbac'),
    symptom: /^403 .*rbac_access_denied/,
    cured: /^200/,
  },
  {
    rule: 'rds-not-loaded',
    defect: (parts) => rds(parts, 'other'),
    fix: (parts) => rds(parts, 'rds-not-loaded'),
    symptom: /^404 NR/,
    cured: /^200/,
  },
]

function overridden({ cluster, route }: Parts, filter: string) {
  const off = typed('config.route.v3.FilterConfig', { config: typed('extensions.filters.http.rbac.v3.RBACPerRoute') })
  return {
    filters: [rbac('ALLOW')],
    clusters: [cluster('main', [first])],
    routes: [
      {
        ...route('main'),
        typed_per_filter_config: {
          [filter]: filter === 'rbac' ? typed('extensions.filters.http.rbac.v3.RBACPerRoute') : off,
        },
      },
    ],
  }
}

function mirrored({ cluster, route, name }: Parts, to: string) {
  return {
    clusters: [cluster('main', [first]), cluster('shadow', [first])],
    routes: [
      // Its mirror is a server on both sides: what it shows to have come by, would have come as well.
      { ...route('main', { request_mirror_policies: [{ cluster: name('shadow') }] }), match: { prefix: '/witness' } },
      route('main', {
        request_mirror_policies: [{ cluster: name(to), runtime_fraction: { default_value: { numerator: 100 } } }],
      }),
    ],
  }
}

/**
 * How often a request came to a server. Envoy sends the mirrored one on its own, after or before the answer. Later requests, whose mirror is
 * there with the defect as well, are waited for one by one: when those have come to the server, nothing of the first is under way.
 */
async function countedMirrors({ http, hits }: Question): Promise<Answer> {
  const { text, headers } = await http({ headers: { 'x-key': 'mirror' } })
  for (const key of ['first witness', 'second witness', 'third witness']) {
    await http({ path: '/witness', headers: { 'x-key': key } })
    await settled(() => hits(key) === 2)
    if (hits(key) !== 2) return { text: `${key} asked ${hits(key)} times`, headers }
  }
  return { text: `${text}, asked ${hits('mirror')} times`, headers }
}
