import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const type = (name: string) => `type.googleapis.com/envoy.${name}`
const extAuthz = type('extensions.filters.http.ext_authz.v3.ExtAuthz')
const perRoute = (name: string, config: object) => ({
  typed_per_filter_config: { [name]: { '@type': type(`extensions.filters.http.${name}`), ...config } },
})
const filterConfig = (config: object) => ({
  typed_per_filter_config: { authz: { '@type': type('config.route.v3.FilterConfig'), ...config } },
})
const istio = (kind: string, name: string) => ({
  metadata: { filter_metadata: { istio: { config: `/apis/networking.istio.io/v1/namespaces/shop/${kind}/${name}` } } },
})
const to = (cluster: string) => ({ match: { prefix: `/${cluster}` }, route: { cluster } })

const dump = {
  configs: [
    {
      '@type': type('admin.v3.ListenersConfigDump'),
      static_listeners: [
        {
          listener: {
            name: 'web',
            address: { socket_address: { address: '0.0.0.0', port_value: 80 } },
            filter_chains: [
              {
                name: 'main',
                filters: [
                  {
                    name: 'hcm',
                    typed_config: {
                      '@type': type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
                      rds: { route_config_name: '8080' },
                      http_filters: [
                        { name: 'authz', typed_config: { '@type': extAuthz } },
                        {
                          name: 'spare',
                          disabled: true,
                          typed_config: { '@type': type('extensions.filters.http.lua.v3.Lua') },
                        },
                        { name: 'later', config_discovery: { type_urls: [extAuthz] } },
                        { name: 'come', config_discovery: { type_urls: [extAuthz] } },
                        { name: 'router', typed_config: { '@type': type('extensions.filters.http.router.v3.Router') } },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
    {
      '@type': type('admin.v3.RoutesConfigDump'),
      static_route_configs: [
        {
          route_config: {
            name: '8080',
            typed_per_filter_config: { spare: { '@type': type('config.route.v3.FilterConfig'), config: {} } },
            virtual_hosts: [
              {
                name: 'shop',
                domains: ['*'],
                ...filterConfig({ disabled: true }),
                routes: [
                  { ...to('a'), name: 'open', ...perRoute('authz', {}), ...istio('virtual-service', 'reviews') },
                  {
                    match: { prefix: '/' },
                    ...filterConfig({ config: { '@type': extAuthz } }),
                    route: {
                      weighted_clusters: {
                        clusters: [
                          {
                            name: 'c',
                            weight: 1,
                            typed_per_filter_config: {
                              authz: {
                                '@type': type('extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute'),
                                disabled: true,
                              },
                            },
                          },
                        ],
                      },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
    {
      '@type': type('admin.v3.EcdsConfigDump'),
      ecds_filters: [
        { ecds_filter: { name: 'come', typed_config: { '@type': type('extensions.filters.http.wasm.v3.Wasm') } } },
      ],
    },
  ],
}

const run = (...words: string[]) => runProgram(['filters', '--file', '-', ...words], { stdin: JSON.stringify(dump) })

test('filters in their order, each with what the levels of a route configuration say of it', async () => {
  const { out } = await run('-o', 'csv')
  const rows = out
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',').slice(2, 8).join(' '))
  assert.deepEqual(rows, [
    'main authz ExtAuthz  on ',
    'main authz ExtAuthz 8080/shop off ',
    'main authz ExtAuthz 8080/shop/open own settings reviews.shop',
    'main authz ExtAuthz 8080/shop/2 own settings ',
    'main authz ExtAuthz 8080/shop/2 -> c off ',
    'main spare Lua  off ',
    'main spare Lua 8080 on ',
    'main later not delivered  on ',
    'main come Wasm  on ',
    'main router Router  on ',
  ])
})

test('flags narrow the rows, and json holds the filters that are left', async () => {
  const route = await run('--route', 'shop/open', '-o', 'name')
  assert.equal(route.out, 'filter/web\n')
  const { out } = await run('--type', 'lua', '-o', 'json')
  const [listener] = JSON.parse(out)
  assert.deepEqual(
    listener.filterChains[0].filters[0].typedConfig.httpFilters.map(({ name }: { name: string }) => name),
    ['spare'],
  )
})
