import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'

const any = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields })

const address = { socket_address: { address: '0.0.0.0', port_value: 80 } }
const cluster = {
  name: 'c',
  type: 'STATIC',
  load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
}

function dumpOf(filterChains: readonly object[]): object {
  return {
    configs: [
      any('envoy.admin.v3.ClustersConfigDump', { static_clusters: [{ cluster }] }),
      any('envoy.admin.v3.ListenersConfigDump', {
        static_listeners: [{ listener: { name: 'l', address, filter_chains: filterChains } }],
      }),
    ],
  }
}

/** A dump with one listener that has so many filter chains to one cluster. */
function manyChains(count: number): object {
  const tcpProxy = any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', { cluster: 'c' })
  const chains = Array.from({ length: count }, (_, at) => ({
    name: `chain-${at}`,
    filter_chain_match: { server_names: [`host-${at}.example`] },
    filters: [{ name: 'envoy.filters.network.tcp_proxy', typed_config: tcpProxy }],
  }))
  return dumpOf(chains)
}

/** A dump with one connection manager that has so many HTTP filters before its router. */
function manyHttpFilters(count: number): object {
  const filters = Array.from({ length: count }, (_, at) => ({ name: `filter-${at}`, typed_config: any('x.Y', {}) }))
  const router = { name: 'router', typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}) }
  const virtualHost = { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] }
  const manager = any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    http_filters: [...filters, router],
    route_config: { name: 'r', virtual_hosts: [virtualHost] },
  })
  return dumpOf([{ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager }] }])
}

const manager = (filters: readonly object[], route: object) => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    http_filters: [
      ...filters,
      { name: 'router', typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}) },
    ],
    route_config: {
      name: 'r',
      virtual_hosts: [
        { name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' }, ...route }] },
      ],
    },
  }),
})

/** A dump with one route that adds so many headers. */
function manyHeaders(count: number): object {
  const options = Array.from({ length: count }, (_, at) => ({ header: { key: `x-${at}`, value: '%REQ(x-1)%' } }))
  return dumpOf([{ filters: [manager([], { request_headers_to_add: options })] }])
}

const filtering = (type: string, fields: object) =>
  dumpOf([
    { filters: [manager([{ name: 'f', typed_config: any(`envoy.extensions.filters.http.${type}`, fields) }], {})] },
  ])

const mutating = (mutations: readonly object[]) =>
  filtering('header_mutation.v3.HeaderMutation', { mutations: { request_mutations: mutations } })

/** A dump with one filter that adds so many values to one header, each made from the first one. */
function manyValues(count: number): object {
  return mutating(Array.from({ length: count }, () => ({ append: { header: { key: 'x', value: 'v%REQ(y)%' } } })))
}

/** A dump with one filter that doubles a header so many times. */
function manyDoublings(count: number): object {
  const doubled = { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD', header: { key: 'x', value: '%REQ(x)%%REQ(x)%' } }
  const begin = { append: { header: { key: 'x', value: 'begin' } } }
  return mutating([begin, ...Array.from({ length: count }, () => ({ append: doubled }))])
}

/** A dump with one filter that writes so many keys of filter state. */
function manyFilterStates(count: number): object {
  const text = { text_format_source: { inline_string: '%REQ(y)%' } }
  const values = Array.from({ length: count }, (_, at) => ({ object_key: `k${at}`, format_string: text }))
  return filtering('set_filter_state.v3.Config', { on_request_headers: values })
}

/** A dump with one filter that writes so many keys of dynamic metadata. */
function manyMetadata(count: number): object {
  const rules = Array.from({ length: count }, (_, at) => ({
    header: 'x',
    on_header_missing: { metadata_namespace: 'n', key: `k${at}`, value: 'v' },
    remove: true,
  }))
  return filtering('header_to_metadata.v3.Config', { request_rules: rules })
}

/** A dump with a route to so many weighted clusters, which half of the requests take. */
function manyWeights(count: number): object {
  const clusters = Array.from({ length: count }, () => ({ name: 'c', weight: 7 }))
  return dumpOf([
    {
      filters: [
        manager([], {
          match: { prefix: '/', runtime_fraction: { default_value: { numerator: 50 } } },
          route: { weighted_clusters: { clusters } },
        }),
      ],
    },
  ])
}

/** A dump with so many filters that each end one request in a hundred. */
function manyFaults(count: number): object {
  const fault = {
    name: 'f',
    typed_config: any('envoy.extensions.filters.http.fault.v3.HTTPFault', {
      abort: { http_status: 503, percentage: { numerator: 1, denominator: 'HUNDRED' } },
    }),
  }
  return dumpOf([{ filters: [manager(new Array(count).fill(fault), {})] }])
}

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

const routed = (fields: object) => {
  const router = { name: 'router', typed_config: any('envoy.extensions.filters.http.router.v3.Router', {}) }
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: any('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
      http_filters: [router],
      ...fields,
    }),
  }
}

const byScope = routed({
  scoped_routes: { name: 's', scope_key_builder: { fragments: [{ header_value_extractor: { name: 'x', index: 0 } }] } },
})
const byName = routed({ rds: { route_config_name: 'r' } })

interface Routed {
  /** Filter chains, each with this connection manager. */
  readonly chains: number
  readonly by: object
  /** The name of the route configuration of each scope. */
  readonly scopes?: readonly string[]
  readonly tables: readonly string[]
  /** Of each route configuration. */
  readonly routes: number
}

/** A whole dump of a gateway: chains, the scopes that they share, and the route configurations. */
function routedDump({ chains, by, scopes = [], tables, routes }: Routed): object {
  const settings = { nothing: any('x.Y', {}) }
  const route = (at: number) => ({
    match: { path: `/${at}` },
    route: { cluster: 'c', timeout: '1s' },
    typed_per_filter_config: settings,
  })
  return {
    configs: [
      any('envoy.admin.v3.BootstrapConfigDump', {
        bootstrap: { node: { id: 'router~10.0.0.1~p.n~n.svc.cluster.local' } },
      }),
      any('envoy.admin.v3.ClustersConfigDump', { static_clusters: [{ cluster }] }),
      any('envoy.admin.v3.ListenersConfigDump', {
        static_listeners: [
          {
            listener: {
              name: 'l',
              address,
              filter_chains: times(chains, (at) => ({
                name: `chain-${at}`,
                filter_chain_match: { server_names: [`host-${at}.example`] },
                filters: [by],
              })),
            },
          },
        ],
      }),
      any('envoy.admin.v3.ScopedRoutesConfigDump', {
        dynamic_scoped_route_configs: [
          {
            name: 's',
            scoped_route_configs: scopes.map((route_configuration_name, at) =>
              any('envoy.config.route.v3.ScopedRouteConfiguration', {
                name: `s${at}`,
                route_configuration_name,
                key: { fragments: [{ string_key: `k${at}` }] },
              }),
            ),
          },
        ],
      }),
      any('envoy.admin.v3.RoutesConfigDump', {
        dynamic_route_configs: tables.map((name) => ({
          route_config: any('envoy.config.route.v3.RouteConfiguration', {
            name,
            virtual_hosts: [{ name: 'v', domains: ['*'], routes: times(routes, route) }],
          }),
        })),
      }),
    ],
  }
}

const named = (count: number) => times(count, (at) => `r${at}`)

/** Scopes that name the same route configuration, of as many routes. */
const scopesOfOneTable = (count: number) =>
  routedDump({ chains: 1, by: byScope, scopes: times(count, () => 'r'), tables: ['r'], routes: count })

/** Filter chains that name the same route configuration, of as many routes. */
const chainsOfOneTable = (count: number) => routedDump({ chains: count, by: byName, tables: ['r'], routes: count })

/** Filter chains that share as many scopes, each of a route configuration. */
const chainsOfScopes = (count: number) =>
  routedDump({ chains: count, by: byScope, scopes: named(count), tables: named(count), routes: 1 })

/** Filter chains that share as many scopes, of which none has its route configuration. */
const chainsOfMissingTables = (count: number) =>
  routedDump({ chains: count, by: byScope, scopes: named(count), tables: ['r'], routes: 1 })

/** A route with so long a prefix, times thirty. */
const longPrefix = (count: number) => {
  const route = { match: { prefix: `/${'a'.repeat(30 * count)}` }, route: { cluster: 'c' } }
  const virtual_hosts = [{ name: 'v', domains: ['*'], routes: [route, route] }]
  return {
    configs: [
      any('envoy.admin.v3.RoutesConfigDump', {
        static_route_configs: [{ route_config: { name: 'r', virtual_hosts } }],
      }),
    ],
  }
}

/** Commands that look something up for each of many things: four times as many take about four times as long. */
const cases: readonly (readonly [argv: readonly string[], dump: (count: number) => object, count?: number])[] = [
  [['describe', 'pod'], manyChains],
  [['describe', 'svc', 'c'], manyChains],
  [['trace', 'http://10.0.0.1:80/'], manyHttpFilters],
  [['authz', '--request', 'GET http://10.0.0.1:80/'], manyHttpFilters],
  ...[manyHeaders, manyValues, manyDoublings, manyFilterStates, manyMetadata, manyWeights, manyFaults].flatMap(
    (dump): [readonly string[], (count: number) => object][] => [
      [['trace', 'http://10.0.0.1:80/'], dump],
      [['authz', '--request', 'GET http://10.0.0.1:80/'], dump],
    ],
  ),
  [['routes'], longPrefix],
  [['lint'], longPrefix],
  ...[scopesOfOneTable, chainsOfOneTable, chainsOfScopes, chainsOfMissingTables].flatMap(
    (dump): [readonly string[], (count: number) => object, number][] =>
      [['lint'], ['describe', 'pod'], ['describe', 'svc', 'c'], ['filters'], ['authz'], ['status']].map((argv) => [
        argv,
        dump,
        4000,
      ]),
  ),
]

/** Of the larger input; where time grows with the square, it was two to thirty times this. Processor time, in milliseconds. */
const most = 2500

for (const [argv, dump, count = 10_000] of cases) {
  test(`${argv.join(' ')} takes time that grows with ${dump.name}, not with their square`, async (t) => {
    const stdin = JSON.stringify(dump(count))
    const began = process.cpuUsage()
    const { code, err } = await runProgram([...argv, '--file', '-'], { stdin })
    const { user, system } = process.cpuUsage(began)
    const took = Math.round((user + system) / 1000)
    t.diagnostic(`${took} ms`)
    assert.doesNotMatch(err, /internal error/)
    assert.ok(code === 0 || ['authz', 'lint'].includes(argv[0] ?? '') || [manyFaults, manyWeights].includes(dump), err)
    assert.ok(took < most, `${took} ms`)
  })
}
