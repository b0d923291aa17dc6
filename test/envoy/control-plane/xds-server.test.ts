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

const none = { ca: undefined, certificate: undefined }

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
    certificateFiles: none,
    incremental: true,
  })
})

test('a stream for each type, as Contour has it, and a server name', () => {
  const source = { api_config_source: { api_type: 'GRPC', ...grpc } }
  const found = xdsServerOf(
    bootstrap({ cds_config: source, lds_config: source }, { ...address('contour', 8001), ...tls({ sni: 'contour' }) }),
  )
  const expected = { host: 'contour', port: 8001, tls: true, serverName: 'contour' }
  assert.deepEqual(found, { ...expected, certificateFiles: none, incremental: false })
})

test('no TLS; and nothing that has an address', () => {
  const ads = { ads_config: { api_type: 'AGGREGATED_DELTA_GRPC', ...grpc } }
  assert.deepEqual(xdsServerOf(bootstrap(ads, address('10.0.0.1', 18_000))), {
    host: '10.0.0.1',
    port: 18_000,
    tls: false,
    serverName: undefined,
    certificateFiles: none,
    incremental: true,
  })
  assert.equal(xdsServerOf(bootstrap({}, address('xds', 1))), undefined)
  assert.equal(xdsServerOf(bootstrap(ads, {})), undefined)
  assert.equal(xdsServerOf({}), undefined)
})

test('files with certificates: the roots in either place that Envoy has for them', () => {
  const ads = { ads_config: { api_type: 'DELTA_GRPC', ...grpc } }
  const filesOf = (common_tls_context: JsonObject) =>
    xdsServerOf(bootstrap(ads, { ...address('xds', 1), ...tls({ common_tls_context }) }))?.certificateFiles
  const trusted_ca = { filename: '/etc/xds/ca.crt' }
  const own = { certificate_chain: { filename: '/etc/xds/tls.crt' }, private_key: { filename: '[redacted]' } }
  assert.deepEqual(filesOf({ tls_certificates: [own], validation_context: { trusted_ca } }), {
    ca: '/etc/xds/ca.crt',
    certificate: '/etc/xds/tls.crt',
  })
  const combined_validation_context = { default_validation_context: { trusted_ca } }
  assert.deepEqual(filesOf({ combined_validation_context }), { ca: '/etc/xds/ca.crt', certificate: undefined })
  assert.deepEqual(filesOf({ tls_certificates: [{ certificate_chain: { inline_string: 'x' } }] }), none)
})
