import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resourceKinds } from '../../src/resources/index.ts'
import { cellsOf, documentOf, dumpOfSections, rowsOf, section, viewOf } from './shown.ts'

const type = (name: string) => `type.googleapis.com/envoy.${name}`
const istio = (kind: string, name: string) => ({
  metadata: { filter_metadata: { istio: { config: `/apis/networking.istio.io/v1/namespaces/shop/${kind}/${name}` } } },
})

/** What a flag leaves, by the first cell of a column. */
async function left(
  kind: string,
  dump: Awaited<ReturnType<typeof dumpOfSections>>,
  key: string,
  cases: readonly (readonly [flag: string, wanted: string, expected: readonly unknown[]])[],
): Promise<void> {
  for (const [flag, wanted, expected] of cases)
    assert.deepEqual(cellsOf(viewOf(kind, dump, { wanted: { [flag]: wanted } }), key), expected, `--${flag} ${wanted}`)
}

test('the kinds, in the order of help, and what no other has the name of', () => {
  assert.deepEqual(
    resourceKinds.map(({ name, aliases, kind }) => [name, ...aliases, kind].join(' ')),
    [
      'clusters cluster c cluster',
      'listeners listener l listener',
      'routes route r route',
      'filters filter f filter',
      'scopes scope scoped-routes scope',
      'endpoints endpoint ep endpoint',
      'eds endpoint',
      'secrets secret s secret',
      'ecds ec extension',
      'bootstrap b bootstrap',
    ],
  )
  const words = resourceKinds.flatMap(({ name, aliases }) => [name, ...aliases])
  assert.equal(new Set(words).size, words.length)
  for (const { title, examples, path, filters } of resourceKinds) {
    assert.match(path, /^(?:config_dump|clusters\?format=json)/)
    assert.ok(title.length > 10 && examples.length > 1)
    for (const { describe } of filters) assert.match(describe, /^Show [a-z]/)
  }
})

const cluster = (name: string, more: object = {}) => ({ cluster: { name, ...more } })
const clusters = () =>
  dumpOfSections(
    section('Clusters', {
      dynamic_active_clusters: [
        {
          version_info: 'v1',
          last_updated: '2026-01-01T00:00:00Z',
          cluster: {
            name: 'outbound|9080|v2|reviews.shop.svc.cluster.local',
            type: 'EDS',
            lb_policy: 'LEAST_REQUEST',
            ...istio('destination-rule', 'reviews'),
          },
        },
        cluster('outbound|9080|v1|reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('outbound|9081|v1|reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('outbound|9080||reviews.shop.svc.cluster.local', { type: 'EDS' }),
        cluster('inbound|9080||', { type: 'ORIGINAL_DST' }),
        cluster('inbound|9080||reviews.shop.svc.cluster.local', { type: 'STATIC' }),
      ],
      static_clusters: [cluster('xds-grpc', { type: 'STRICT_DNS' }), cluster('Agent')],
    }),
  )

test('clusters: by host, subset, port, direction', async () => {
  const view = viewOf('clusters', await clusters())
  assert.deepEqual(
    view.rows.map(({ name }) => name),
    [
      'inbound|9080||',
      'Agent',
      'inbound|9080||reviews.shop.svc.cluster.local',
      'outbound|9080||reviews.shop.svc.cluster.local',
      'outbound|9080|v1|reviews.shop.svc.cluster.local',
      'outbound|9081|v1|reviews.shop.svc.cluster.local',
      'outbound|9080|v2|reviews.shop.svc.cluster.local',
      'xds-grpc',
    ],
  )
  assert.deepEqual(rowsOf(view)[6], {
    serviceFqdn: 'reviews.shop.svc.cluster.local',
    port: 9080,
    subset: 'v2',
    direction: 'outbound',
    type: 'EDS',
    destinationRule: 'reviews.shop',
    lbPolicy: 'LEAST_REQUEST',
    protocol: 'HTTP/1.1',
    state: 'ACTIVE',
    version: 'v1',
    lastUpdated: '2026-01-01T00:00:00Z',
  })
  assert.deepEqual(rowsOf(view)[7], {
    serviceFqdn: 'xds-grpc',
    type: 'STRICT_DNS',
    lbPolicy: 'ROUND_ROBIN',
    protocol: 'HTTP/1.1',
    state: 'STATIC',
  })
  assert.deepEqual(
    view.columns.filter(({ wide }) => wide).map(({ header }) => header),
    ['LB POLICY', 'PROTOCOL', 'STATE', 'VERSION', 'LAST UPDATED'],
  )
  await left('clusters', await clusters(), 'subset', [
    ['fqdn', 'REVIEWS', [undefined, undefined, 'v1', 'v1', 'v2']],
    ['fqdn', 'outbound|9080|v1|reviews.shop.svc.cluster.local', ['v1']],
    ['fqdn', 'outbound|9080', []],
    ['port', '9081', ['v1']],
    ['port', '0', []],
    ['subset', 'V2', ['v2']],
    ['subset', 'v', []],
    ['direction', 'inbound', [undefined, undefined]],
    ['direction', 'INBOUND,outbound', [undefined, undefined, undefined, 'v1', 'v1', 'v2']],
    ['direction', 'in', []],
  ])
})

const address = (host: string, port_value: number) => ({ socket_address: { address: host, port_value } })
const hcm = (more: object) => ({
  name: 'hcm',
  typed_config: {
    '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    ...more,
  },
})
const tcp = (to: string) => ({
  name: 'tcp',
  typed_config: { '@type': type('extensions.filters.network.tcp_proxy.v3.TcpProxy'), cluster: to },
})
const listeners = () =>
  dumpOfSections(
    section('Listeners', {
      static_listeners: [
        { listener: { name: 'b', address: address('0.0.0.0', 80), filter_chains: [{ filters: [tcp('x')] }] } },
        {
          listener: {
            name: 'a',
            traffic_direction: 'OUTBOUND',
            address: address('0.0.0.0', 80),
            additional_addresses: [{ address: address('::', 80) }],
            filter_chains: [
              { name: 'plain', filter_chain_match: { destination_port: 81 }, filters: [tcp('x')] },
              {
                name: 'web',
                filter_chain_match: { destination_port: 82 },
                filters: [hcm({ rds: { route_config_name: '80' } })],
              },
            ],
          },
        },
        { listener: { name: 'c', address: address('0.0.0.0', 9), filter_chains: [{ filters: [hcm({})] }] } },
        { listener: { name: 'api', api_listener: {} } },
        { listener: { name: 'q', address: address('10.0.0.1', 80), udp_listener_config: {} } },
        { listener: { name: 'f', address: address('10.0.0.2', 80), listener_filters: [] } },
        { listener: { name: 'n', address: address('10.0.0.3', 80) } },
      ],
    }),
  )

test('listeners: by port, address, type, name; a row for each chain; what has no chain says why', async () => {
  const view = viewOf('listeners', await listeners())
  assert.deepEqual(
    rowsOf(view).map((row) =>
      ['addresses', 'port', 'match', 'destination', 'type', 'chain', 'filters', 'name', 'trafficDirection']
        .map((key) => Reflect.get(row, key) ?? '')
        .join(' '),
    ),
    [
      ' 0 ALL API listener UNKNOWN   api ',
      '0.0.0.0 9 ALL HTTP HTTP  HttpConnectionManager c ',
      '0.0.0.0,:: 80 Addr: *:82 Route: 80 HTTP+TCP web HttpConnectionManager a OUTBOUND',
      '0.0.0.0,:: 80 Addr: *:81 Cluster: x HTTP+TCP plain TcpProxy a OUTBOUND',
      '0.0.0.0 80 ALL Cluster: x TCP  TcpProxy b ',
      '10.0.0.1 80 ALL Non-HTTP/Non-TCP UNKNOWN   q ',
      '10.0.0.2 80 ALL Non-HTTP/Non-TCP UNKNOWN   f ',
      '10.0.0.3 80 ALL  UNKNOWN   n ',
    ],
  )
  await left('listeners', await listeners(), 'name', [
    ['address', '::', ['a', 'a']],
    ['address', '0.0.0', []],
    ['port', '9', ['c']],
    ['type', 'tcp', ['b']],
    ['type', 'http,HTTP+TCP', ['c', 'a', 'a']],
    ['name', 'A', ['api', 'a', 'a']],
  ])
  const compact = viewOf('listeners', await listeners(), { compact: true })
  assert.deepEqual(cellsOf(compact, 'name'), ['api', 'c', 'a', 'b', 'q', 'f', 'n'])
  assert.deepEqual(
    compact.columns.slice(0, 3).map(({ key }) => key),
    ['addresses', 'port', 'type'],
  )
})

const route = (prefix: string, more: object = {}) => ({ match: { prefix }, route: { cluster: 'c' }, ...more })
const routes = () =>
  dumpOfSections(
    section('Routes', {
      static_route_configs: [
        {
          route_config: {
            name: '9080',
            virtual_hosts: [
              {
                name: 'Reviews',
                domains: ['reviews', 'reviews.shop'],
                routes: [
                  route('/api', { name: 'api', ...istio('virtual-service', 'reviews') }),
                  route('/'),
                  route('/late'),
                ],
              },
              { name: 'empty', domains: ['*'] },
            ],
          },
        },
        { route_config: { name: '80', virtual_hosts: [] } },
        { route_config: { name: 'web', virtual_hosts: [{ name: 'w', domains: ['w'], routes: [route('/w')] }] } },
        { route_config: { name: '', virtual_hosts: [{ name: 'v', domains: ['v'], routes: [route('/v')] }] } },
      ],
    }),
  )

test('routes: numbers first, by value, then names; routes in the order of Envoy; what never gets a request', async () => {
  const view = viewOf('routes', await routes())
  assert.deepEqual(
    rowsOf(view).map((row) =>
      ['name', 'vhostName', 'domains', 'match', 'virtualService', 'destination', 'route']
        .map((key) => Reflect.get(row, key) ?? '')
        .join(' '),
    ),
    [
      '80     no virtual hosts ',
      '9080 Reviews reviews, reviews.shop /api* reviews.shop c api',
      '9080 Reviews reviews, reviews.shop /*  c ',
      '9080 Reviews reviews, reviews.shop /late*  c ',
      '9080 empty * /*  direct response 404 ',
      ' v v /v*  c ',
      'web w w /w*  c ',
    ],
  )
  assert.deepEqual(view.notes, [
    'Route configuration 9080, virtual host Reviews: route 3 (/late*) never gets a request: route 2 (/*) before it matches the same and more.',
  ])
  await left('routes', await routes(), 'match', [
    ['name', '9080', ['/api*', '/*', '/late*', '/*']],
    ['name', '908', []],
    ['vhost', 'reviews', ['/api*', '/*', '/late*']],
    ['domain', 'VIEWS.SHOP', ['/api*', '/*', '/late*']],
    ['domain', 'reviewsreviews', []],
    ['path', '/api/v1', ['/api*', '/*']],
    ['path', 'LATE', ['/late*']],
    ['path', '/w', ['/*', '/w*']],
  ])
  assert.deepEqual(rowsOf(viewOf('routes', await routes(), { compact: true })), [
    { name: '80', virtualHosts: 0, state: 'STATIC' },
    { name: '9080', virtualHosts: 2, state: 'STATIC' },
    { virtualHosts: 1, state: 'STATIC' },
    { name: 'web', virtualHosts: 1, state: 'STATIC' },
  ])
})

test('routes: json holds the virtual hosts and routes that are left, a whole configuration as it is', async () => {
  const asked = async (wanted: Record<string, string>) => documentOf(viewOf('routes', await routes(), { wanted }))
  const shown = (document: unknown) =>
    JSON.stringify(document)
      .match(/"prefix":"[^"]*"|"name":"[^"]*"/g)
      ?.map((text) => text.split('"')[3])
  assert.deepEqual(shown(await asked({ path: 'late' })), ['9080', 'Reviews', '/late'])
  assert.deepEqual(shown(await asked({ vhost: 'empty' })), ['9080', 'empty'])
  assert.deepEqual(shown(await asked({ name: '80' })), ['80'])
  assert.deepEqual(shown(await asked({ name: '9080' })), ['9080', 'Reviews', '/api', 'api', '/', '/late', 'empty'])
})

const filtered = () => {
  const http = (name: string, message = name) => ({
    name,
    typed_config: { '@type': type(`extensions.filters.http.${name}.v3.${message}`) },
  })
  const off = { typed_per_filter_config: { lua: { '@type': type('config.route.v3.FilterConfig'), disabled: true } } }
  return dumpOfSections(
    section('Listeners', {
      static_listeners: [
        {
          listener: {
            name: 'web',
            ...istio('envoy-filter', 'ef'),
            address: address('0.0.0.0', 80),
            filter_chains: [
              {
                filter_chain_match: { destination_port: 81 },
                filters: [
                  tcp('x'),
                  hcm({
                    route_config: { name: 'in', virtual_hosts: [{ name: 'v', domains: ['*'], ...off }] },
                    http_filters: [http('lua', 'Lua'), http('router', 'Router')],
                  }),
                ],
              },
            ],
            default_filter_chain: {
              name: 'rest',
              filters: [
                hcm({
                  scoped_routes: {},
                  http_filters: [
                    {
                      name: 'plugin',
                      config_discovery: { default_config: { '@type': type('extensions.filters.http.wasm.v3.Wasm') } },
                    },
                    http('lua', 'Lua'),
                  ],
                }),
              ],
            },
          },
        },
        {
          listener: {
            name: 'admin',
            filter_chains: [{ filters: [hcm({ http_filters: [{ name: 'x', disabled: true }] })] }],
          },
        },
      ],
    }),
    section('Routes', {
      static_route_configs: [
        { route_config: { name: 'scoped', virtual_hosts: [{ name: 's', domains: ['*'], ...off }] } },
        { route_config: { name: 'unused', virtual_hosts: [{ name: 'u', domains: ['*'], ...off }] } },
      ],
    }),
    section('ScopedRoutes', {
      dynamic_scoped_route_configs: [
        {
          name: 'set',
          scoped_route_configs: [
            { name: 'one', route_configuration_name: 'scoped' },
            { name: 'two', route_configuration_name: 'scoped' },
          ],
        },
      ],
    }),
  )
}

test('filters: the route configurations are those that the chain uses, by name, inside or by scope', async () => {
  const view = viewOf('filters', await filtered())
  assert.deepEqual(
    rowsOf(view).map((row) =>
      ['listener', 'chain', 'filter', 'type', 'route', 'setting', 'object', 'port']
        .map((key) => Reflect.get(row, key) ?? '')
        .join(' '),
    ),
    [
      'admin ALL x x  off  0',
      'web Addr: *:81 lua Lua  on ef.shop 80',
      'web Addr: *:81 lua Lua in/v off  80',
      'web Addr: *:81 router Router  on ef.shop 80',
      'web rest plugin Wasm  on ef.shop 80',
      'web rest lua Lua  on ef.shop 80',
      'web rest lua Lua scoped/s off  80',
    ],
  )
  await left('filters', await filtered(), 'filter', [
    ['port', '80', ['lua', 'lua', 'router', 'plugin', 'lua', 'lua']],
    ['name', 'ADM', ['x']],
    ['chain', 'ADDR', ['lua', 'lua', 'router']],
    ['type', 'wasm', ['plugin']],
    ['type', 'plug', ['plugin']],
    ['route', 'SCOPED', ['lua']],
  ])
  assert.deepEqual(documentOf(viewOf('filters', await filtered(), { wanted: { type: 'router' } })), [
    {
      name: 'web',
      filterChains: [
        {
          filterChainMatch: { destinationPort: 81 },
          filters: [
            {
              name: 'hcm',
              typedConfig: {
                '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
                httpFilters: [
                  { name: 'router', typedConfig: { '@type': type('extensions.filters.http.router.v3.Router') } },
                ],
              },
            },
          ],
        },
      ],
      defaultFilterChain: { name: 'rest', filters: [] },
    },
  ])
})

test('scopes: by set and name, with their key and where they lead', async () => {
  const dump = await dumpOfSections(
    section('ScopedRoutes', {
      inline_scoped_route_configs: [
        {
          name: 'set',
          scoped_route_configs: [
            {
              name: 'b',
              key: { fragments: [{ string_key: 'eu' }, { string_key: 'Green' }, {}] },
              route_configuration_name: 'r1',
            },
            {
              name: 'a',
              on_demand: true,
              key: { fragments: [{ string_key: 'us' }] },
              route_configuration: { name: 'own' },
            },
          ],
        },
      ],
      dynamic_scoped_route_configs: [
        {
          name: 'other',
          scoped_route_configs: [
            { name: 'z', route_configuration: {} },
            { name: 'y', route_configuration_name: '' },
          ],
        },
      ],
    }),
  )
  assert.deepEqual(
    rowsOf(viewOf('scopes', dump)).map((row) =>
      ['scopes', 'name', 'key', 'routes', 'onDemand'].map((key) => Reflect.get(row, key) ?? '').join(' '),
    ),
    ['other y   false', 'other z  inline false', 'set a us inline own true', 'set b eu,Green, r1 false'],
  )
  await left('scopes', dump, 'name', [
    ['name', 'A', ['a']],
    ['key', 'green', ['b']],
    ['key', 'EU', ['b']],
  ])
})

test('extensions: by type and name; nothing where Envoy left their section out', async () => {
  const extension = (name: string, message: string) => ({
    ecds_filter: { name, typed_config: { '@type': type(message) } },
  })
  const dump = await dumpOfSections(
    section('Ecds', {
      ecds_filters: [
        extension('b', 'extensions.filters.http.wasm.v3.Wasm'),
        extension('a', 'extensions.filters.http.wasm.v3.Wasm'),
        extension('c', 'extensions.filters.http.lua.v3.Lua'),
      ],
    }),
  )
  assert.deepEqual(
    rowsOf(viewOf('ecds', dump)).map((row) => [Reflect.get(row, 'ecdsName'), Reflect.get(row, 'type')]),
    [
      ['c', 'envoy.extensions.filters.http.lua.v3.Lua'],
      ['a', 'envoy.extensions.filters.http.wasm.v3.Wasm'],
      ['b', 'envoy.extensions.filters.http.wasm.v3.Wasm'],
    ],
  )
  await left('ecds', dump, 'ecdsName', [['name', 'A', ['a']]])
  const bootstrap = section('Bootstrap', { bootstrap: { node: { id: 'n' } } })
  assert.equal(viewOf('ecds', await dumpOfSections(bootstrap)).empty, 'No ecds found in dump.')
  assert.throws(() => viewOf('scopes', dump), {
    message: 'dump has no ScopedRoutesConfigDump section; it holds: EcdsConfigDump',
    hint: 'Ask Envoy for it: config_dump?mask=inline_scoped_route_configs,dynamic_scoped_route_configs',
  })
})
