import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonObject, objectOf } from '../../../../src/envoy/json.ts'
import { ask, endpoint, get, staticCluster, typed } from '../dump-of.ts'
import { bootstrapOf, everything, httpProxy } from '../http-proxy.ts'

const add = (key: string, value: string, append_action = 'OVERWRITE_IF_EXISTS_OR_ADD'): JsonObject => ({
  request_headers_to_add: [{ header: { key, value }, append_action }],
})

async function sent(
  route: JsonObject,
  {
    path = '/rd',
    headers = [],
    ...more
  }: {
    path?: string
    headers?: [string, string][]
    table?: JsonObject
    host?: JsonObject
    bootstrap?: JsonObject
  } = {},
) {
  const dump = await httpProxy([{ match: everything, ...route }], more)
  return ask(dump, get('foo.com', path, headers)).hops[0]?.upstream
}

const weighted = (entry: JsonObject): JsonObject => ({
  weighted_clusters: { clusters: [{ name: 'a', weight: 1, ...entry }] },
})

test('the host of a route goes before that of its weighted entry', async () => {
  const entry = { host_rewrite_literal: 'entry.test' }
  const authority = async (action: JsonObject) => (await sent({ route: { ...weighted(entry), ...action } }))?.authority
  assert.equal(await authority({ host_rewrite_literal: 'route.test' }), 'route.test')
  assert.equal(await authority({}), 'entry.test')
  assert.equal(await authority({ host_rewrite_header: 'x-absent' }), 'entry.test')
  assert.equal(
    await authority({ host_rewrite_path_regex: { pattern: { regex: '^/(.)d$' }, substitution: '\\1' } }),
    'r',
  )
})

test('a rewrite that comes to nothing leaves path and host as they are, from 1.37 on', async () => {
  const regex = { pattern: { regex: '^/rd' } }
  const route = { route: { cluster: 'a', regex_rewrite: regex, host_rewrite_path_regex: { pattern: { regex: '.*' } } } }
  assert.deepEqual(await sent(route), { path: '/rd', authority: 'foo.com' })
  assert.equal((await sent(route, { path: '/rd?q=1' }))?.path, '/rd?q=1')
  assert.equal((await sent(route, { path: '/rd/x' }))?.path, '/x')
  assert.equal((await sent(route, { path: '/rd?q=1', bootstrap: bootstrapOf('1.36.2') }))?.path, '?q=1')
})

test('path and host by format strings; what is not known is left out', async () => {
  const formats = { cluster: 'a', path_rewrite: '/p%REQ(x-p)%', host_rewrite: '%REQ(x-h?x-other)%' }
  const headers: [string, string][] = [
    ['x-p', '/q'],
    ['x-other', 'other.test'],
  ]
  assert.deepEqual(await sent({ route: formats }, { headers, path: '/rd?q=1' }), {
    path: '/p/q?q=1',
    authority: 'other.test',
  })
  assert.deepEqual(await sent({ route: formats }), { path: '/p', authority: '-' })
  const unknown = { cluster: 'a', path_rewrite: '%PROTOCOL%', host_rewrite: '%PROTOCOL%' }
  assert.deepEqual(await sent({ route: unknown }), {})
})

test('a host header is read after the headers of all levels, the least specific last unless the most specific wins', async () => {
  const action = { route: { ...weighted(add('x-h', 'entry')), host_rewrite_header: 'x-h' } }
  const levels = { host: add('x-h', 'host'), table: add('x-h', 'table') }
  const route = { ...action, ...add('x-h', 'route') }
  const authority = async (more: Parameters<typeof sent>[1], one = route) => (await sent(one, more))?.authority
  assert.equal(await authority(levels), 'table')
  assert.equal(
    await authority({ ...levels, table: { ...levels.table, most_specific_header_mutations_wins: true } }),
    'route',
  )
  assert.equal(await authority({}), 'route')
  assert.equal((await sent(action))?.authority, 'entry')
  const removed = { ...action, request_headers_to_remove: ['x-h'] }
  assert.equal((await sent(removed, { headers: [['x-h', 'client']] }))?.authority, 'foo.com')
  assert.equal((await sent({ ...action, ...add('x-h', '%PROTOCOL%') }))?.authority, undefined)
})

test('options of one level see the headers as they were: overwrites first, then additions', async () => {
  const option = (key: string, value: string, append_action: string) => ({ header: { key, value }, append_action })
  const first = async (...options: JsonObject[]) => {
    const route = { route: { cluster: 'a', host_rewrite_header: 'x-h' }, request_headers_to_add: options }
    return (await sent(route))?.authority
  }
  assert.equal(await first(option('x-h', 'one', 'ADD_IF_ABSENT'), option('x-h', 'two', 'OVERWRITE_IF_EXISTS')), 'one')
  assert.equal(
    await first(option('x-h', 'one', 'ADD_IF_ABSENT'), option('x-h', 'two', 'OVERWRITE_IF_EXISTS_OR_ADD')),
    'two',
  )
})

test('auto_host_rewrite takes the host name of the endpoint', async () => {
  const cluster = (...hostnames: string[]) => ({
    name: 'c',
    load_assignment: {
      endpoints: [
        {
          lb_endpoints: hostnames.map((hostname, place) => ({
            endpoint: { ...objectOf(endpoint(`1.1.1.${place}:80`).endpoint), hostname },
          })),
        },
      ],
    },
  })
  const authority = async (...hostnames: string[]) => {
    const route = { match: everything, route: { cluster: 'c', auto_host_rewrite: true } }
    return ask(await httpProxy([route], { clusters: [cluster(...hostnames)] }), get('foo.com')).hops[0]?.upstream
      ?.authority
  }
  assert.equal(await authority('one.test'), 'one.test')
  assert.equal(await authority(''), 'foo.com')
  assert.equal(await authority('one.test', 'one.test'), 'one.test')
  assert.equal(await authority('one.test', 'two.test'), undefined)
})

interface Naming {
  readonly tls?: JsonObject
  readonly options?: JsonObject
  readonly cluster?: JsonObject
  readonly hostname?: string
  readonly authority?: string
  readonly headers?: [string, string][]
  readonly route?: JsonObject
  readonly version?: string
  readonly filterState?: Record<string, string>
}

async function tlsOf({
  tls = {},
  options,
  cluster,
  hostname,
  authority = 'Req.test:8443',
  headers = [],
  route = {},
  version = '1.40.0',
  filterState,
}: Naming) {
  const own = staticCluster('t', '9.9.9.9:9')
  const { address } = objectOf(endpoint('9.9.9.9:9').endpoint)
  const name = hostname === undefined ? {} : { hostname }
  const typedOptions = typed('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', {
    upstream_http_protocol_options: options ?? {},
  })
  const secure = {
    ...own,
    transport_socket: {
      name: 'tls',
      typed_config: typed('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', tls),
    },
    load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: address ?? {}, ...name } }] }] },
    ...(options === undefined
      ? {}
      : {
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typedOptions },
        }),
    ...cluster,
  }
  const dump = await httpProxy([{ match: everything, ...route, route: { cluster: 't', ...objectOf(route.route) } }], {
    clusters: [secure],
    bootstrap: bootstrapOf(version),
  })
  const { hops } = ask(dump, { ...get(authority, '/', headers), filterState })
  const { sni, sans } = hops[0]?.tls ?? {}
  return { sni, sans }
}

test('auto_sni names the host without its port, never an address; it goes before auto_host_sni and sni', async () => {
  const auto = { auto_sni: true }
  const sni = async (naming: Naming) => (await tlsOf(naming)).sni
  assert.equal(await sni({ options: auto }), 'Req.test')
  assert.equal(
    await sni({ options: auto, tls: { sni: 'static.test', auto_host_sni: true }, hostname: 'host.test' }),
    'Req.test',
  )
  assert.equal(await sni({ options: auto, authority: '10.0.0.1:80', tls: { sni: 'static.test' } }), 'static.test')
  assert.equal(await sni({ options: auto, authority: '[::1]:80' }), undefined)
  assert.equal(await sni({ options: auto, authority: 'a.test:x' }), 'a.test:x')
  assert.equal(await sni({ tls: { sni: 'static.test', auto_host_sni: true }, hostname: 'host.test' }), 'host.test')
  assert.equal(await sni({ tls: { sni: 'static.test', auto_host_sni: true } }), 'static.test')
  assert.equal(await sni({ tls: {} }), undefined)
  assert.equal(await sni({ cluster: { upstream_http_protocol_options: auto } }), 'Req.test')
  assert.equal(await sni({ options: {}, cluster: { upstream_http_protocol_options: auto } }), undefined)
})

test('override_auto_sni_header, filter state, and the request as the route changes it', async () => {
  const options = { auto_sni: true, override_auto_sni_header: 'x-sni' }
  const sni = async (naming: Naming) => (await tlsOf({ options, ...naming })).sni
  assert.equal(await sni({ headers: [['x-sni', 'other.test:9']] }), 'other.test')
  assert.equal(await sni({ headers: [['x-sni', '']] }), 'Req.test')
  assert.equal(
    await sni({
      headers: [
        ['x-sni', 'a'],
        ['x-sni', 'b'],
      ],
    }),
    'a',
  )
  assert.equal(await sni({ headers: [['x-sni', '10.0.0.1']], tls: { sni: 'static.test' } }), 'static.test')
  assert.equal(await sni({ filterState: { 'envoy.network.upstream_server_name': 'state.test' } }), 'state.test')
  const rewriting = { route: { host_rewrite_literal: 'route.test' } }
  assert.equal(await sni({ route: rewriting }), 'route.test')
  assert.equal(await sni({ route: rewriting, version: '1.30.0' }), 'Req.test')
  assert.equal(await sni({ route: add('x-sni', 'added.test') }), 'added.test')
})

test('the names that the certificate has to have follow auto_san_validation and auto_sni_san_validation', async () => {
  const configured = {
    common_tls_context: { validation_context: { match_typed_subject_alt_names: [{ matcher: { exact: 'own.test' } }] } },
  }
  const sans = async (naming: Naming) => (await tlsOf(naming)).sans
  assert.deepEqual(await sans({ tls: configured }), ['own.test'])
  assert.deepEqual(await sans({ tls: configured, options: { auto_san_validation: true } }), ['Req.test'])
  assert.deepEqual(await sans({ options: { auto_san_validation: true }, authority: '10.0.0.1:80' }), ['10.0.0.1'])
  assert.deepEqual(await sans({ tls: { ...configured, sni: 'static.test', auto_sni_san_validation: true } }), [
    'static.test',
  ])
  assert.deepEqual(await sans({ tls: { ...configured, auto_sni_san_validation: true } }), ['own.test'])
})
