import assert from 'node:assert/strict'
import { test } from 'node:test'
import { xdsServerOf } from '../../../src/envoy/control-plane/xds-server.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'

const address = (host: string, port: number): JsonObject => ({
  load_assignment: {
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: host, port_value: port } } } }] }],
  },
})
const tls = (fields: JsonObject = {}): JsonObject => ({
  transport_socket: {
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      ...fields,
    },
  },
})
const grpc = { grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }] }

const none = { ca: undefined, authorities: undefined, certificate: undefined, secretFile: undefined }

function bootstrap(resources: JsonObject, cluster: JsonObject): JsonObject {
  const clusters = [
    { name: 'other', ...address('other', 1) },
    { name: 'xds', ...cluster },
  ]
  return { dynamic_resources: resources, static_resources: { clusters } }
}

test('incremental ADS, as Envoy Gateway has it: the dot behind the name is no part of it', () => {
  const found = xdsServerOf(
    bootstrap(
      { ads_config: { api_type: 'DELTA_GRPC', ...grpc }, cds_config: { ads: {} } },
      { ...address('envoy-gateway.system.svc.cluster.local.', 18_000), ...tls() },
    ),
  )
  assert.deepEqual(found, {
    host: 'envoy-gateway.system.svc.cluster.local',
    port: 18_000,
    tls: true,
    serverName: undefined,
    certificates: none,
    metadata: { sent: {}, hidden: [] },
    incremental: true,
  })
})

test('a stream for each type, as Contour has it, and a server name', () => {
  const source = { api_config_source: { api_type: 'GRPC', ...grpc } }
  const found = xdsServerOf(
    bootstrap({ cds_config: source, lds_config: source }, { ...address('contour', 8001), ...tls({ sni: 'contour' }) }),
  )
  const expected = { host: 'contour', port: 8001, tls: true, serverName: 'contour' }
  assert.deepEqual(found, { ...expected, certificates: none, metadata: { sent: {}, hidden: [] }, incremental: false })
})

test('no TLS; and nothing that has an address', () => {
  const ads = { ads_config: { api_type: 'AGGREGATED_DELTA_GRPC', ...grpc } }
  assert.deepEqual(xdsServerOf(bootstrap(ads, address('10.0.0.1', 18_000))), {
    host: '10.0.0.1',
    port: 18_000,
    tls: false,
    serverName: undefined,
    certificates: none,
    metadata: { sent: {}, hidden: [] },
    incremental: true,
  })
  assert.equal(xdsServerOf(bootstrap({}, address('xds', 1))), undefined)
  assert.equal(xdsServerOf(bootstrap(ads, {})), undefined)
  assert.equal(xdsServerOf({}), undefined)
})

test('files with certificates: the roots in either place that Envoy has for them', () => {
  const ads = { ads_config: { api_type: 'DELTA_GRPC', ...grpc } }
  const filesOf = (common_tls_context: JsonObject) =>
    xdsServerOf(bootstrap(ads, { ...address('xds', 1), ...tls({ common_tls_context }) }))?.certificates
  const trusted_ca = { filename: '/etc/xds/ca.crt' }
  const own = { certificate_chain: { filename: '/etc/xds/tls.crt' }, private_key: { filename: '[redacted]' } }
  assert.deepEqual(filesOf({ tls_certificates: [own], validation_context: { trusted_ca } }), {
    ...none,
    ca: '/etc/xds/ca.crt',
    certificate: '/etc/xds/tls.crt',
  })
  const combined_validation_context = { default_validation_context: { trusted_ca } }
  assert.deepEqual(filesOf({ combined_validation_context }), { ...none, ca: '/etc/xds/ca.crt' })
  assert.deepEqual(filesOf({ tls_certificates: [{ certificate_chain: { inline_string: 'x' } }] }), none)
})

test('certificates that come by SDS from files: roots as Envoy has loaded them, the file that names the own certificate', () => {
  const ads = { ads_config: { api_type: 'DELTA_GRPC', ...grpc } }
  const sds = (name: string, sds_config: JsonObject): JsonObject => ({ name, sds_config })
  const context = {
    tls_certificate_sds_secret_configs: [sds('own', { path_config_source: { path: '/sds/own.yaml' } })],
    combined_validation_context: { validation_context_sds_secret_config: sds('roots', { path: '/sds/roots.yaml' }) },
  }
  const loaded = new Map<string, JsonObject>([
    ['roots', { validation_context: { trusted_ca: { inline_bytes: Buffer.from('PEM').toString('base64') } } }],
  ])
  const of = (common_tls_context: JsonObject) =>
    xdsServerOf(bootstrap(ads, { ...address('xds', 1), ...tls({ common_tls_context }) }), (name) => loaded.get(name))
      ?.certificates
  const secretFile = { path: '/sds/own.yaml', name: 'own' }
  assert.deepEqual(of(context), { ...none, authorities: 'PEM', secretFile })
  loaded.clear()
  assert.deepEqual(of(context), { ...none, secretFile })
  const byGrpc = { tls_certificate_sds_secret_configs: [sds('own', { api_config_source: { api_type: 'GRPC' } })] }
  assert.deepEqual(of(byGrpc), none)
  const inline = { validation_context: { trusted_ca: { inline_string: 'TEXT' } } }
  assert.deepEqual(of(inline), { ...none, authorities: 'TEXT' })
})

test('headers of the calls: those that HTTP/2 allows and that nobody took out of the dump', () => {
  const initial_metadata = [
    { key: 'Authorization', value: 'Bearer t' },
    { key: 'x-raw', raw_value: Buffer.from('raw').toString('base64') },
    { key: 'x-saved', value: 'Bearer [redacted-1a2b3c4d]' },
    { key: ':path', value: '/' },
    { key: 'x-line', value: 'a\nb' },
    { key: 'x-empty' },
  ]
  const [service] = grpc.grpc_services
  const ads = { ads_config: { api_type: 'GRPC', grpc_services: [{ ...service, initial_metadata }] } }
  assert.deepEqual(xdsServerOf(bootstrap(ads, address('xds', 1)))?.metadata, {
    sent: { authorization: 'Bearer t', 'x-raw': 'raw' },
    hidden: ['x-saved'],
  })
})

test("gRPC's own client: target, certificates and token", () => {
  const of = (google_grpc: JsonObject, service: JsonObject = {}) =>
    xdsServerOf(bootstrap({ ads_config: { api_type: 'GRPC', grpc_services: [{ google_grpc, ...service }] } }, {}))
  const ssl_credentials = { root_certs: { filename: '/ca.crt' }, cert_chain: { filename: '/tls.crt' } }
  const call_credentials = [{ access_token: 't' }]
  assert.deepEqual(
    of({ target_uri: 'dns:///xds.infra.svc.:443', channel_credentials: { ssl_credentials }, call_credentials }),
    {
      host: 'xds.infra.svc',
      port: 443,
      tls: true,
      serverName: undefined,
      certificates: { ...none, ca: '/ca.crt', certificate: '/tls.crt' },
      metadata: { sent: { authorization: 'Bearer t' }, hidden: [] },
      incremental: false,
    },
  )
  const initial_metadata = [{ key: 'a', value: 'b' }]
  const plain = of(
    { target_uri: '[::1]:18000', call_credentials: [{ access_token: '[redacted]' }] },
    { initial_metadata },
  )
  assert.deepEqual([plain?.host, plain?.port, plain?.tls], ['::1', 18_000, false])
  assert.deepEqual(plain?.metadata, { sent: { a: 'b' }, hidden: ['authorization'] })
  for (const target_uri of ['xds:///shop', 'unix:/run/xds.sock', 'name-only', ''])
    assert.equal(of({ target_uri }), undefined, target_uri)
})
