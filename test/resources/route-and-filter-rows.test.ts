import assert from 'node:assert/strict'
import { test } from 'node:test'
import { address, hcm, istio, left, route, tcp, type } from './rows-left.ts'
import { documentOf, dumpOfSections, rowsOf, section, viewOf } from './shown.ts'

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
