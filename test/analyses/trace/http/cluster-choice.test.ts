import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, endpoint, get, typed } from '../dump-of.ts'
import { everything, httpProxy as proxy } from '../http-proxy.ts'

test('ORIGINAL_DST takes its address from metadata or a header, but no name', async () => {
  const type = { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' }
  const key = { key: 'm', path: [{ key: 'dst' }] }
  const own = [{ name: 'dst', ...type, original_dst_lb_config: { use_http_header: true, metadata_key: key } }]
  const dump = await proxy([{ match: everything, route: { cluster: 'dst' } }], { clusters: own })
  const reached = (header: string, dst: string): string | undefined =>
    ask(dump, { ...get('h', '/', [['x-envoy-original-dst-host', header]]), dynamicMetadata: { m: { dst } } }).hops[0]
      ?.endpoints?.[0]?.address
  assert.deepEqual(
    [reached('1.1.1.1:1', ''), reached('1.1.1.1:1', '2.2.2.2:2'), reached('name:1', '')],
    ['1.1.1.1:1', '2.2.2.2:2', undefined],
  )
})

test('subsets by the metadata of the route', async () => {
  const labelled = (address: string, version: string) => ({
    ...endpoint(address),
    metadata: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const cluster = {
    name: 's',
    lb_subset_config: { subset_selectors: [{ keys: ['version'] }] },
    load_assignment: { endpoints: [{ lb_endpoints: [labelled('3.3.3.3:3', 'v1'), labelled('4.4.4.4:4', 'v2')] }] },
  }
  const route = (version: string) => ({
    cluster: 's',
    metadata_match: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const asked = async (version: string) =>
    ask(await proxy([{ match: everything, route: route(version) }], { clusters: [cluster] }), get('h'))
  assert.deepEqual(
    (await asked('v2')).hops[0]?.endpoints?.map(({ address }) => address),
    ['4.4.4.4:4'],
  )
  assert.equal((await asked('v9')).outcome.flags, 'UH')
})

test('subsets: lists, fallback lists, panic, and no selectors at all', async () => {
  const host = (address: string, version: string | string[]): JsonObject => ({
    ...endpoint(address),
    metadata: { filter_metadata: { 'envoy.lb': { version } } },
  })
  const endpoints = [{ lb_endpoints: [host('1.0.0.1:1', 'v1'), host('1.0.0.2:1', ['v2', 'v3'])] }]
  const reached = async (config: JsonObject, criteria: JsonObject): Promise<unknown> => {
    const subset_selectors = [{ keys: ['version'] }]
    const load_assignment = { cluster_name: 's', endpoints }
    const own = [{ name: 's', lb_subset_config: { subset_selectors, ...config }, load_assignment }]
    const metadata_match = { filter_metadata: { 'envoy.lb': criteria } }
    const dump = await proxy([{ match: everything, route: { cluster: 's', metadata_match } }], { clusters: own })
    return ask(dump, get('h'))
      .hops[0]?.endpoints?.map(({ address }) => address)
      .join()
  }
  const all = '1.0.0.1:1,1.0.0.2:1'
  assert.equal(await reached({}, { version: 'v3' }), '')
  assert.equal(await reached({ list_as_any: true }, { version: 'v3' }), '1.0.0.2:1')
  const list = { metadata_fallback_policy: 'FALLBACK_LIST' }
  assert.equal(
    await reached(list, { version: 'v9', fallback_list: [{ version: 'v8' }, { version: 'v1' }] }),
    '1.0.0.1:1',
  )
  const panic = { fallback_policy: 'DEFAULT_SUBSET', default_subset: { version: 'none' }, panic_mode_any: true }
  assert.equal(await reached(panic, { version: 'v9' }), all)
  const subset_selectors = [{ keys: ['version'], fallback_policy: 'DEFAULT_SUBSET' }]
  assert.equal(await reached({ ...panic, subset_selectors }, { version: 'v9' }), '')
  assert.equal(await reached({ subset_selectors: [] }, { version: 'v9' }), all)
})

test('an aggregate cluster falls over to its next member', async () => {
  const sick = { ...endpoint('5.5.5.5:5'), health_status: 'UNHEALTHY' }
  const aggregate = {
    name: 'agg',
    lb_policy: 'CLUSTER_PROVIDED',
    cluster_type: {
      name: 'envoy.clusters.aggregate',
      typed_config: typed('envoy.extensions.clusters.aggregate.v3.ClusterConfig', {
        clusters: ['sick', 'missing', 'b'],
      }),
    },
  }
  const members = [{ name: 'sick', load_assignment: { endpoints: [{ lb_endpoints: [sick] }] } }, aggregate]
  const { hops } = ask(await proxy([{ match: everything, route: { cluster: 'agg' } }], { clusters: members }), get('h'))
  assert.deepEqual(hops[0]?.endpoints, [{ address: '2.2.2.2:2', probability: 1, cluster: 'b' }])
})

test('in an aggregate cluster the panic threshold of the member counts', async () => {
  const member = (name: string, threshold: number): JsonObject => ({
    name,
    common_lb_config: { healthy_panic_threshold: { value: threshold } },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ ...endpoint('1.0.0.1:1'), health_status: 'UNHEALTHY' }] }],
    },
  })
  const reached = async (own: number, aggregate: number): Promise<number | undefined> => {
    const type = 'envoy.extensions.clusters.aggregate.v3.ClusterConfig'
    const all = {
      name: 'all',
      lb_policy: 'CLUSTER_PROVIDED',
      common_lb_config: { healthy_panic_threshold: { value: aggregate } },
      cluster_type: { name: 'envoy.clusters.aggregate', typed_config: typed(type, { clusters: ['m'] }) },
    }
    const routes = [{ match: everything, route: { cluster: 'all' } }]
    return ask(await proxy(routes, { clusters: [all, member('m', own)] }), get('h')).hops[0]?.endpoints?.length
  }
  assert.deepEqual([await reached(50, 0), await reached(0, 50)], [1, 0])
})

test('transport socket by endpoint metadata, with SNI, certificate and SANs', async () => {
  const tls = typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni: 'outbound_.80_._.b',
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: 'default' }],
      combined_validation_context: {
        default_validation_context: { match_subject_alt_names: [{ exact: 'spiffe://td/ns/x/sa/y' }] },
        validation_context_sds_secret_config: { name: 'ROOTCA' },
      },
    },
  })
  const cluster = {
    name: 'm',
    transport_socket_matches: [
      { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: { name: 'tls', typed_config: tls } },
      {
        name: 'tlsMode-disabled',
        match: {},
        transport_socket: {
          name: 'raw',
          typed_config: typed('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer'),
        },
      },
    ],
    load_assignment: {
      endpoints: [
        {
          lb_endpoints: [
            {
              ...endpoint('6.6.6.6:6'),
              metadata: { filter_metadata: { 'envoy.transport_socket_match': { tlsMode: 'istio' } } },
            },
          ],
        },
      ],
    },
  }
  const { hops } = ask(await proxy([{ match: everything, route: { cluster: 'm' } }], { clusters: [cluster] }), get('h'))
  assert.deepEqual(hops[0]?.tls, {
    match: 'tlsMode-istio',
    mode: 'mutual tls',
    sni: 'outbound_.80_._.b',
    certificate: 'default',
    trusted: 'ROOTCA',
    sans: ['spiffe://td/ns/x/sa/y'],
  })
})

test('plaintext to a TLS chain ends in the handshake, not in a 404', async () => {
  const chain = {
    transport_socket: {
      name: 'tls',
      typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'),
    },
  }
  const { outcome } = ask(await proxy([], { chain }), get('h'))
  assert.deepEqual([outcome.kind, outcome.status, outcome.details], ['denied', undefined, 'plaintext_to_tls'])
})
