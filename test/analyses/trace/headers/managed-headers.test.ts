import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../../src/envoy/json.ts'
import type { TraceRequest } from '../../../../src/semantics/request.ts'
import { typed } from '../dump-of.ts'
import { ending, filtered, withHeaders } from '../filters/filtered-proxy.ts'

const exact = (name: string, value: string) => ({ name, string_match: { exact: value } })
const there = (name: string) => ({ name, present_match: true })

/** Whether the request reaches a route that asks for this header: `yes`, `no`, or `undecided`. */
async function sees(
  header: JsonObject,
  manager: JsonObject,
  request: Partial<TraceRequest> = {},
  bootstrap: JsonObject = {},
): Promise<string> {
  const routes = [
    { name: 'yes', match: { prefix: '/', headers: [header] }, route: { cluster: 'a' } },
    { name: 'no', match: { prefix: '/' }, route: { cluster: 'a' } },
  ]
  const ask = await filtered([], {
    manager: { route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] }, ...manager },
    bootstrap,
  })
  const { hops, outcome } = ask(request)
  if (outcome.kind === 'undecidable') return 'undecided'
  return outcome.kind === 'upstream' ? String(hops[0]?.route) : String(outcome.status)
}

const atFront = { use_remote_address: true }

test('x-forwarded-for with the peer at its end, as routes see it', async () => {
  assert.equal(await sees(exact('x-forwarded-for', '10.9.9.9'), atFront), 'yes')
  const sent = withHeaders(['x-forwarded-for', '1.2.3.4'])
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4'), atFront, sent), 'no')
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4,10.9.9.9'), atFront, sent), 'yes')
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4'), { ...atFront, skip_xff_append: true }, sent), 'yes')
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4'), {}, sent), 'yes')
  const unknown = { ...sent, source: undefined }
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4'), atFront, unknown), 'no')
  assert.equal(await sees(exact('x-forwarded-for', '1.2.3.4,10.1.1.1'), atFront, unknown), 'undecided')
})

test('x-request-id is made, and kept, replaced or preserved', async () => {
  const id = withHeaders(['x-request-id', 'mine'])
  assert.equal(await sees(there('x-request-id'), {}), 'yes')
  assert.equal(await sees(there('x-request-id'), { generate_request_id: false }), 'no')
  assert.equal(await sees(exact('x-request-id', 'mine'), {}, id), 'yes')
  assert.equal(await sees(exact('x-request-id', 'mine'), atFront, id), 'no')
  assert.equal(await sees(exact('x-request-id', 'mine'), { ...atFront, preserve_external_request_id: true }, id), 'yes')
  const uuid = { name: 'x-request-id', string_match: { safe_regex: { regex: '[0-9a-f-]{36}' } } }
  assert.equal(await sees(uuid, {}), 'yes')
  assert.equal(await sees({ name: 'x-request-id', string_match: { prefix: 'a' } }, {}), 'undecided')
})

test('x-envoy-internal goes by internal_address_config', async () => {
  const from = (value: string) => withHeaders(['x-forwarded-for', value])
  const configured = (fields: JsonObject = {}) => ({ internal_address_config: fields })
  const internal = there('x-envoy-internal')
  assert.equal(await sees(internal, {}, from('10.0.0.1')), 'no')
  for (const address of ['10.0.0.1', '172.16.3.3', '192.168.1.1', '127.0.0.1', 'fd00::1', '::1'])
    assert.equal(await sees(internal, configured(), from(address)), 'yes', address)
  for (const address of ['172.32.0.1', '127.0.0.2', '100.64.0.1', 'fc00::1', '::ffff:10.0.0.1'])
    assert.equal(await sees(internal, configured(), from(address)), 'no', address)
  const own = configured({ cidr_ranges: [{ address_prefix: '8.0.0.0', prefix_len: 8 }] })
  assert.equal(await sees(internal, own, from('8.1.1.1')), 'yes')
  assert.equal(await sees(internal, own, from('10.0.0.1')), 'no')
  assert.equal(await sees(internal, own, from('8.1.1.1, 8.1.1.1')), 'no')
  assert.equal(await sees(internal, { ...own, ...atFront }, { source: { address: '8.1.1.1', port: 1 } }), 'yes')
  assert.equal(await sees(internal, { ...own, ...atFront }, { source: undefined }), 'undecided')
})

test('add_user_agent, via and x-envoy-external-address', async () => {
  const named = { add_user_agent: true, via: 'me' }
  const node = { node: { id: 'node-1', cluster: 'front' } }
  assert.equal(await sees(exact('x-envoy-downstream-service-cluster', 'front'), named, {}, node), 'yes')
  assert.equal(await sees(exact('x-envoy-downstream-service-node', 'node-1'), named, {}, node), 'yes')
  assert.equal(await sees(exact('user-agent', 'front'), named, {}, node), 'yes')
  assert.equal(await sees(exact('user-agent', 'curl'), named, withHeaders(['user-agent', 'curl']), node), 'yes')
  assert.equal(await sees(exact('via', 'me'), named), 'yes')
  assert.equal(await sees(exact('via', 'you, me'), named, withHeaders(['via', 'you'])), 'yes')
  const sent = withHeaders(['x-forwarded-for', '1.2.3.4'])
  assert.equal(await sees(exact('x-envoy-external-address', '10.9.9.9'), atFront, sent), 'yes')
  assert.equal(
    await sees(exact('x-envoy-external-address', '1.2.3.4'), { ...atFront, xff_num_trusted_hops: 1 }, sent),
    'yes',
  )
})

test('x-forwarded-proto: believed, overwritten at the edge, and without a route where it is empty', async () => {
  const https = withHeaders(['x-forwarded-proto', 'https'])
  assert.equal(await sees(exact('x-forwarded-proto', 'https'), {}, https), 'yes')
  assert.equal(await sees(exact('x-forwarded-proto', 'https'), atFront, https), 'no')
  assert.equal(await sees(exact('x-forwarded-proto', 'https'), { ...atFront, xff_num_trusted_hops: 1 }, https), 'yes')
  assert.equal(await sees(there('x-forwarded-proto'), {}, withHeaders(['x-forwarded-proto', ''])), '404')
})

test('what early mutations add is there before addresses are looked for', async () => {
  const early = (key: string, value: string) => ({
    early_header_mutation_extensions: [
      {
        name: 'm',
        typed_config: typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
          mutations: [{ append: { header: { key, value } } }],
        }),
      },
    ],
  })
  assert.equal(
    await sees(exact('x-client', '10.9.9.9'), early('x-client', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%')),
    'yes',
  )
  const added = { ...early('x-forwarded-for', '7.7.7.7'), ...atFront }
  assert.equal(await sees(exact('x-forwarded-for', '7.7.7.7,10.9.9.9'), added), 'yes')
  assert.equal(await sees(exact('x-trace', 'x'), early('x-trace', '%START_TIME%')), 'undecided')
})

test('x-forwarded-client-cert as the settings forward or set it', async () => {
  const socket = {
    name: 'tls',
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: { validation_context: { trusted_ca: { filename: 'ca' } } },
    }),
  }
  const client = (uri: string | undefined): Partial<TraceRequest> => ({
    ...withHeaders(['x-forwarded-client-cert', 'Hash=abc']),
    tls: { certificate: { uriSans: uri === undefined ? undefined : [uri] } },
  })
  const seen = async (contains: string, manager: JsonObject, uri: string | undefined) => {
    const header = { name: 'x-forwarded-client-cert', string_match: { contains } }
    const routes = [
      { name: 'yes', match: { prefix: '/', headers: [header] }, route: { cluster: 'a' } },
      { name: 'no', match: { prefix: '/' }, route: { cluster: 'a' } },
    ]
    const ask = await filtered([], { host: { routes }, manager, chain: { transport_socket: socket } })
    const { hops, outcome } = ask(client(uri))
    return outcome.kind === 'undecidable' ? 'undecided' : hops[0]?.route
  }
  const mode = (forward_client_cert_details: string) => ({
    forward_client_cert_details,
    set_current_client_cert_details: { uri: true },
  })
  const me = 'spiffe://td/me'
  assert.equal(await seen('Hash=abc', {}, me), 'no')
  assert.equal(await seen('Hash=abc', mode('FORWARD_ONLY'), me), 'yes')
  assert.equal(await seen(`URI=${me}`, mode('FORWARD_ONLY'), me), 'no')
  assert.equal(await seen(`URI=${me}`, mode('SANITIZE_SET'), me), 'yes')
  assert.equal(await seen('URI=spiffe://td/you', mode('SANITIZE_SET'), me), 'no')
  assert.equal(await seen('Hash=abc,', mode('SANITIZE_SET'), me), 'no')
  assert.equal(await seen('Hash=abc,', mode('APPEND_FORWARD'), me), 'yes')
  assert.equal(await seen(`URI=${me}`, mode('APPEND_FORWARD'), undefined), 'undecided')
})

test('headers that Connection names, ignored upgrades, and values that Envoy joins', async () => {
  const nominated = withHeaders(['connection', 'close, x-user'], ['x-user', '1'])
  assert.equal(await sees(there('x-user'), {}, nominated), 'no')
  assert.equal(await sees(there('x'), {}, withHeaders(['connection', 'X-Forwarded-For'])), '400')
  assert.equal(await sees(there('x'), {}, withHeaders(['connection', 'a,b,c,d,e,f,g,h,i,j'])), '400')
  assert.equal(await sees(there('x'), {}, withHeaders(['connection', 'host'])), '400')
  const h2c = withHeaders(['connection', 'Upgrade, HTTP2-Settings'], ['upgrade', 'h2c'], ['http2-settings', 'AA'])
  assert.equal(await sees(there('upgrade'), {}, h2c), 'no')
  assert.equal(await sees(there('http2-settings'), {}, h2c), 'no')
  assert.equal(await sees(there('x'), {}, withHeaders(['connection', 'upgrade'], ['upgrade', 'websocket'])), '403')
  const ignoring = { http_protocol_options: { ignore_http_11_upgrade: [{ prefix: 'TLS/' }] } }
  assert.equal(await sees(there('x'), ignoring, withHeaders(['connection', 'upgrade'], ['upgrade', 'TLS/1.2'])), 'no')
  const upgrading = withHeaders(['connection', 'upgrade, x-user'], ['upgrade', 'websocket'], ['x-user', '1'])
  assert.equal(await sees(there('x-user'), { upgrade_configs: [{ upgrade_type: 'websocket' }] }, upgrading), 'yes')
  const ignored = withHeaders(['connection', 'upgrade, x-user'], ['upgrade', 'h2c'], ['x-user', '1'])
  assert.equal(await sees(there('x-user'), {}, ignored), 'no')
  const empty = withHeaders(['user-agent', ''], ['user-agent', 'b'], ['user-agent', ''])
  assert.equal(await sees(exact('user-agent', 'b'), {}, empty), 'yes')
  const twice = withHeaders(['user-agent', 'a'], ['user-agent', 'b'], ['x-user', 'a'], ['x-user', 'b'])
  assert.equal(await sees(exact('user-agent', 'a'), {}, twice), 'no')
  assert.equal(await sees(exact('user-agent', 'a,b'), {}, twice), 'yes')
  assert.equal(await sees(exact('x-user', 'a'), {}, twice), 'yes')
})

test('TE and Referer lose what Envoy does not believe', async () => {
  assert.equal(await sees(exact('te', 'trailers'), {}, withHeaders(['te', 'gzip, trailers'])), 'yes')
  assert.equal(await sees(there('te'), {}, withHeaders(['te', 'gzip'])), 'no')
  for (const kept of ['http://a.test/x', 'nonsense', '/x'])
    assert.equal(await sees(there('referer'), {}, withHeaders(['referer', kept])), 'yes', kept)
  for (const gone of ['http://a.test/x#y', 'http://u:p@a.test/'])
    assert.equal(await sees(there('referer'), {}, withHeaders(['referer', gone])), 'no', gone)
})

test('RBAC: any client of TLS without a name, and the subject besides alternative names', async () => {
  const socket = {
    name: 'tls',
    typed_config: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: { validation_context: { trusted_ca: { filename: 'ca' } } },
    }),
  }
  const of = async (principal: JsonObject, tls: TraceRequest['tls']) => {
    const rules = { policies: { p: { permissions: [{ any: true }], principals: [principal] } } }
    const rbac = { name: 'rbac', typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', { rules }) }
    const ask = await filtered([rbac], { chain: { transport_socket: socket } })
    return ending(ask({ tls }))
  }
  const named = (exactly: string) => ({ authenticated: { principal_name: { exact: exactly } } })
  assert.equal(await of({ authenticated: {} }, {}), 'upstream')
  assert.equal(await of(named('CN=me'), {}), '403')
  const certificate = { uriSans: ['spiffe://td/me'], dnsSans: [], subject: 'CN=me' }
  assert.equal(await of(named('spiffe://td/me'), { certificate }), 'upstream')
  assert.equal(await of(named('CN=me'), { certificate }), 'upstream')
  assert.equal(await of(named('CN=you'), { certificate }), '403')
  const validated = (fields: JsonObject) => ({
    custom: {
      name: 'm',
      typed_config: typed('envoy.extensions.rbac.principals.mtls_authenticated.v3.Config', fields),
    },
  })
  assert.equal(await of(validated({ any_validated_client_certificate: true }), { certificate }), 'upstream')
  assert.equal(await of(validated({ any_validated_client_certificate: true }), {}), '403')
  const san = { san_matcher: { san_type: 'URI', matcher: { exact: 'spiffe://td/you' } } }
  assert.equal(await of(validated(san), { certificate }), '403')
})
