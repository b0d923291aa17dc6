import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../src/analyses/trace/advice/advice.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { outcomeText } from '../../../src/semantics/outcome-text.ts'
import { reasonText } from '../../../src/semantics/reasons/reason-text.ts'
import { resolveRequest } from '../../../src/walk/request/resolve-request.ts'
import { ask, chain, filter, get, httpManager, listener, staticCluster, tcpProxy, typed } from './dump-of.ts'

const warnings = ({ hops }: ReturnType<typeof ask>) => hops.flatMap((hop) => (hop.warnings ?? []).map(reasonText))
const failed = (details: string, failed_configuration: JsonObject = {}): JsonObject => ({
  error_state: { failed_configuration, details },
})

/** A dump of sections by their messages and lists. */
function dumpOf(sections: Readonly<Record<string, JsonObject>>) {
  const configs = Object.entries({ BootstrapConfigDump: { bootstrap: {} }, ...sections }).map(([message, fields]) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  }))
  return readDump(new TextEncoder().encode(JSON.stringify({ configs })), 'test')
}

const active = (resource: JsonObject): JsonObject => ({ name: resource.name, active_state: { listener: resource } })
const rejected = (resource: JsonObject, details: string): JsonObject => ({
  name: resource.name,
  ...failed(details, { '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener', ...resource }),
})
const clusters = { dynamic_active_clusters: [{ cluster: staticCluster('a', '1.1.1.1:1') }] }
const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')

test('an inbound listener that was rejected is named, though the outbound one serves', async () => {
  const capture = (name: string, port: number, direction: string): JsonObject =>
    listener(name, '0.0.0.0', port, {
      filter_chains: [chain('a')],
      listener_filters: [originalDst],
      traffic_direction: direction,
    })
  const dump = await dumpOf({
    ListenersConfigDump: {
      dynamic_listeners: [
        active(capture('virtualOutbound', 15001, 'OUTBOUND')),
        rejected(capture('virtualInbound', 15006, 'INBOUND'), 'bad Lua'),
      ],
    },
    ClustersConfigDump: clusters,
  })
  const { request } = resolveRequest({ url: 'http://web:8080/', inbound: true }, dump)
  assert.equal(request.redirect, 15006)
  const { outcome, hops } = ask(dump, request)
  assert.equal(outcomeText(outcome), 'no listener accepts port 15006; listener virtualInbound was rejected: bad Lua')
  assert.match(adviceFor(outcome, hops[0]) ?? '', /^Correct what the error names/)
  assert.equal(resolveRequest({ url: 'http://web:8080/' }, dump).request.redirect, 15001)
})

test('a listener that does not serve is named by each of its addresses', async () => {
  const more = { additional_addresses: [{ address: { socket_address: { address: '0.0.0.0', port_value: 8444 } } }] }
  const dump = await dumpOf({
    ListenersConfigDump: {
      dynamic_listeners: [
        active(listener('other', '0.0.0.0', 80, { filter_chains: [chain('a')] })),
        rejected(listener('gw', '0.0.0.0', 8443, { filter_chains: [chain('a')], ...more }), 'no certificate'),
      ],
    },
    ClustersConfigDump: clusters,
  })
  for (const port of [8443, 8444])
    assert.match(outcomeText(ask(dump, { destination: { port } }).outcome), /listener gw was rejected: no certificate$/)
})

test('an internal listener that was rejected is named', async () => {
  const internal = { endpoint: { address: { envoy_internal_address: { server_listener_name: 'inside' } } } }
  const to = { name: 'to', load_assignment: { endpoints: [{ lb_endpoints: [internal] }] } }
  const dump = await dumpOf({
    ListenersConfigDump: {
      dynamic_listeners: [
        active(listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [tcpProxy('to')] }] })),
        rejected({ name: 'inside', internal_listener: {} }, 'bootstrap extension missing'),
      ],
    },
    ClustersConfigDump: { dynamic_active_clusters: [{ cluster: to }] },
  })
  assert.match(outcomeText(ask(dump, {}).outcome), /listener inside was rejected: bootstrap extension missing$/)
})

const manager = (fields: JsonObject): JsonObject => ({
  dynamic_listeners: [active(listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [httpManager(fields)] }] }))],
})
const virtual_hosts = [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'a' } }] }]

test('a route configuration that was rejected before one served says why', async () => {
  const table = { name: 'r', virtual_hosts }
  const dump = await dumpOf({
    ListenersConfigDump: manager({ rds: { route_config_name: 'r' } }),
    RoutesConfigDump: { dynamic_route_configs: [failed('unknown cluster', table)] },
    ClustersConfigDump: clusters,
  })
  const { outcome, hops } = ask(dump, get('h'))
  assert.deepEqual([outcome.kind, outcome.status], ['noRoute', 404])
  assert.equal(
    outcomeText(outcome),
    'the route configuration r was rejected: unknown cluster; Envoy answers 404 until one serves',
  )
  assert.match(adviceFor(outcome, hops[0]) ?? '', /^Correct what the error names/)
})

test('a rejected update of endpoints, of an extension configuration and of a secret is told where the old one serves', async () => {
  const secret = { name: 'cert', tls_certificate: {} }
  const tls = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'cert' }] },
  })
  const ecds = { '@type': 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig', name: 'late' }
  const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
  const http = httpManager({
    route_config: { virtual_hosts },
    http_filters: [{ name: 'late', config_discovery: {} }, router],
  })
  const chainOfTls = { filters: [http], transport_socket: { name: 'tls', typed_config: tls } }
  const assignment = { cluster_name: 'a', endpoints: [] }
  const dump = await dumpOf({
    ListenersConfigDump: {
      dynamic_listeners: [active(listener('L', '0.0.0.0', 80, { filter_chains: [chainOfTls] }))],
    },
    ClustersConfigDump: { dynamic_active_clusters: [{ cluster: { ...staticCluster('a', '1.1.1.1:1'), type: 'EDS' } }] },
    EndpointsConfigDump: {
      dynamic_endpoint_configs: [
        { endpoint_config: staticCluster('a', '2.2.2.2:2').load_assignment },
        failed('no locality', assignment),
      ],
    },
    EcdsConfigDump: {
      ecds_filters: [
        {
          ecds_filter: {
            ...ecds,
            typed_config: typed('envoy.extensions.filters.http.buffer.v3.Buffer'),
          },
          ...failed('bad filter', ecds),
        },
      ],
    },
    SecretsConfigDump: {
      dynamic_active_secrets: [{ name: 'cert', secret, ...failed('no key', secret) }],
    },
  })
  assert.deepEqual(warnings(ask(dump, { ...get('h'), tls: {} })), [
    'Envoy rejected a newer version of secret cert: no key',
    'Envoy rejected a newer version of extension configuration late: bad filter',
    'Envoy rejected a newer version of endpoints of a: no locality',
  ])
})

test('a secret that was rejected before one came closes the connection, and says why', async () => {
  const tls = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'cert' }] },
  })
  const chainOfTls = { ...chain('a'), transport_socket: { name: 'tls', typed_config: tls } }
  const dump = await dumpOf({
    ListenersConfigDump: {
      dynamic_listeners: [active(listener('L', '0.0.0.0', 80, { filter_chains: [chainOfTls] }))],
    },
    ClustersConfigDump: clusters,
    SecretsConfigDump: { dynamic_warming_secrets: [{ name: 'cert', ...failed('no key', { name: 'cert' }) }] },
  })
  const { outcome, hops } = ask(dump, { tls: {} })
  assert.equal(outcome.details, 'secret_not_supplied')
  assert.equal(outcomeText(outcome), 'secret cert of the filter chain was rejected: no key')
  assert.match(adviceFor(outcome, hops[0]) ?? '', /^Correct what the error names/)
})

test('an extension configuration of which no version serves is told as such', async () => {
  const ecds = { '@type': 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig', name: 'late' }
  const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
  const dump = await dumpOf({
    ListenersConfigDump: manager({
      route_config: { virtual_hosts },
      http_filters: [{ name: 'late', config_discovery: {} }, router],
    }),
    ClustersConfigDump: clusters,
    EcdsConfigDump: { ecds_filters: [failed('bad filter', ecds)] },
  })
  assert.deepEqual(warnings(ask(dump, get('h'))), ['Envoy rejected extension configuration late: bad filter'])
})
