import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import { ask, dumpOf, filter, get, httpManager, listener } from '../dump-of.ts'
import { everything, httpProxy as proxy } from '../http-proxy.ts'

test('headers that a client may not bring are gone before routing', async () => {
  const taken = async (
    header: [string, string],
    manager: JsonObject,
    more: [string, string][] = [],
  ): Promise<boolean> => {
    const routes = [
      { match: { ...everything, headers: [{ name: header[0], present_match: true }] }, route: { cluster: 'a' } },
    ]
    const table = { virtual_hosts: [{ name: 'v', domains: ['*'], routes }], internal_only_headers: ['x-inside'] }
    const dump = await proxy([], { manager: { route_config: table, ...manager } })
    return ask(dump, get('h', '/', [header, ...more])).outcome.kind === 'upstream'
  }
  const inside = { internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] } }
  const from: [string, string][] = [['x-forwarded-for', '10.1.1.1']]
  for (const name of ['x-inside', 'x-envoy-retry-on']) {
    assert.equal(await taken([name, '1'], {}), false)
    assert.equal(await taken([name, '1'], inside, from), true)
    assert.equal(await taken([name, '1'], { ...inside, xff_num_trusted_hops: 1 }, from), false)
  }
  assert.equal(await taken(['x-envoy-internal', 'true'], {}), false)
  assert.equal(await taken(['x-envoy-original-path', '/'], {}), true)
  assert.equal(await taken(['x-envoy-original-path', '/'], { use_remote_address: true }), false)
  assert.equal(await taken(['x-forwarded-client-cert', 'By=x'], {}), false)
  assert.equal(await taken(['x-forwarded-client-cert', 'By=x'], { forward_client_cert_details: 'FORWARD_ONLY' }), false)
  assert.equal(
    await taken(['x-forwarded-client-cert', 'By=x'], { forward_client_cert_details: 'ALWAYS_FORWARD_ONLY' }),
    true,
  )
  assert.deepEqual([await taken(['te', 'gzip'], {}), await taken(['te', 'gzip, trailers'], {})], [false, true])
  const underscores = (action: string) => ({
    common_http_protocol_options: { headers_with_underscores_action: action },
  })
  assert.equal(await taken(['x_a', '1'], underscores('ALLOW')), true)
  assert.equal(await taken(['x_a', '1'], underscores('DROP_HEADER')), false)
  assert.equal(await taken(['x_a', '1'], underscores('REJECT_REQUEST')), false)
})

test('the connection manager adds and overwrites headers before routing', async () => {
  const dumpWith = (name: string, exact: string, manager: JsonObject) =>
    proxy([{ match: { ...everything, headers: [{ name, string_match: { exact } }] }, route: { cluster: 'a' } }], {
      manager,
    })
  const taken = async (name: string, exact: string, manager: JsonObject): Promise<boolean> =>
    ask(await dumpWith(name, exact, manager), get('h')).outcome.kind === 'upstream'
  const https = { scheme_header_transformation: { scheme_to_overwrite: 'https' } }
  assert.equal(await taken(':scheme', 'https', https), true)
  assert.equal(await taken('x-forwarded-proto', 'https', https), true)
  assert.equal(await taken('x-forwarded-port', '80', { append_x_forwarded_port: true }), true)
  assert.equal(await taken('x-envoy-external-address', '10.9.9.9', { use_remote_address: true }), true)
  const mutations = [{ append: { header: { key: 'x-early', value: '1' } } }]
  const early = filter('e', 'envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations,
  })
  assert.equal(await taken('x-early', '1', { early_header_mutation_extensions: [early] }), true)
})

test('an https URL over plaintext is refused at the edge', async () => {
  const status = async (manager: JsonObject) => {
    const table = {
      virtual_hosts: [{ name: 'v', domains: ['*'], routes: [{ match: everything, route: { cluster: 'a' } }] }],
    }
    return ask(await proxy([], { manager: { route_config: table, ...manager } }), get('h', 'https://h/')).outcome.status
  }
  assert.deepEqual([await status({}), await status({ use_remote_address: true })], [undefined, 403])
})

test('the absolute form of a request needs a path before its query', async () => {
  const dump = await proxy([{ match: everything, route: { cluster: 'a' } }])
  assert.equal(ask(dump, get('h', 'http://other')).hops[0]?.upstream?.path, '/')
  assert.equal(ask(dump, get('h', 'http://other?x=1')).outcome.details, 'absolute_path_rejected')
})

test('cookies lose their quotes and the blanks before their name', async () => {
  const match = { ...everything, cookies: [{ name: 'c', string_match: { exact: 'a' } }] }
  const dump = await proxy([{ match, route: { cluster: 'a' } }])
  const takes = (...cookies: string[]): boolean =>
    ask(
      dump,
      get(
        'h',
        '/',
        cookies.map((cookie) => ['cookie', cookie]),
      ),
    ).outcome.kind === 'upstream'
  assert.deepEqual([takes('c="a"'), takes('d=1;  c=a'), takes('c=b', 'c=a'), takes('c =a')], [true, true, false, false])
})

test('blanks around a header of HTTP/1 are no part of its value', async () => {
  const routes = [
    {
      name: 'jason',
      match: { prefix: '/', headers: [{ name: 'x', string_match: { exact: 'a b' } }] },
      route: { cluster: 'a' },
    },
  ]
  const manager = httpManager({ route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] } })
  const dump = await dumpOf({ listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })] })
  assert.equal(ask(dump, get('h', '/', [['x', ' a b\t ']])).hops[0]?.route, 'jason')
  assert.equal(ask(dump, get('h', '/', [['x', 'a  b']])).outcome.kind, 'noRoute')
})
