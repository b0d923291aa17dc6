import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Alternative } from '../../../src/walk/trace-result.ts'
import { ask, dumpOf, filter, get, httpManager, listener, sentence, staticCluster, tcpProxy, typed } from './dump-of.ts'

const router = filter('router', 'envoy.extensions.filters.http.router.v3.Router')
const virtual_hosts = [{ name: 'v', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'a' } }] }]
const client = { uriSans: ['spiffe://mesh/ns/shop/sa/web'] }

/** A listener on port 80 with TLS that asks for a certificate. */
async function ofHttp(rbac: JsonObject, request: Parameters<typeof ask>[1]): Promise<Alternative> {
  const own = filter('rbac', 'envoy.extensions.filters.http.rbac.v3.RBAC', rbac)
  const manager = httpManager({ route_config: { virtual_hosts }, http_filters: [own, router] })
  const socket = typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: { validation_context: { trusted_ca: { filename: 'ca.pem' } } },
  })
  const chain = { filters: [manager], transport_socket: { name: 'tls', typed_config: socket } }
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [chain] })],
    clusters: [staticCluster('a', '1.1.1.1:1')],
  })
  return ask(dump, { tls: { certificate: client }, ...request })
}

const action = (name: string, what: string): JsonObject => ({
  action: { name, typed_config: typed('envoy.config.rbac.v3.Action', { name, action: what }) },
})
const header = (name: string): JsonObject =>
  filter('header', 'envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: name })
const when = (input: JsonObject, value_match: JsonObject, on_match: JsonObject): JsonObject => ({
  predicate: { single_predicate: { input, value_match } },
  on_match,
})
const uriSan = filter('san', 'envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput')

test('the first leaf of an RBAC matcher that the request comes to decides, under its own name', async () => {
  const matcher = {
    matcher_list: {
      matchers: [
        when(header('x-role'), { exact: 'guest' }, action('no guests', 'DENY')),
        when(uriSan, { prefix: 'spiffe://mesh/ns/shop/' }, action('shop', 'ALLOW')),
      ],
    },
    on_no_match: action('the rest', 'DENY'),
  }
  const guest = await ofHttp({ matcher }, get('h', '/', [['x-role', 'guest']]))
  assert.deepEqual(
    [guest.outcome.kind, guest.outcome.status, guest.outcome.details],
    ['denied', 403, 'rbac_access_denied_matched_policy[no_guests]'],
  )
  const shop = await ofHttp({ matcher }, get('h'))
  assert.equal(shop.outcome.kind, 'upstream')
  assert.deepEqual(
    shop.hops[0]?.filters?.map(({ verdict, policy }) => [verdict, policy]),
    [['passes', 'shop']],
  )
  const other = await ofHttp(
    { matcher },
    { ...get('h'), tls: { certificate: { uriSans: ['spiffe://mesh/ns/x/sa/y'] } } },
  )
  assert.equal(other.outcome.details, 'rbac_access_denied_matched_policy[the_rest]')
})

test('an RBAC matcher without a match denies; a nested tree by port is followed', async () => {
  const port = filter('port', 'envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput')
  const byPort = (value: string): JsonObject => ({
    matcher_tree: { input: port, exact_match_map: { map: { [value]: action('web', 'ALLOW') } } },
  })
  assert.equal((await ofHttp({ matcher: byPort('80') }, get('h'))).outcome.kind, 'upstream')
  const denied = (await ofHttp({ matcher: byPort('81') }, get('h'))).outcome
  assert.equal(denied.details, 'rbac_access_denied_matched_policy[none]')
})

test('CEL is not evaluated, and the verdict says so', async () => {
  const input = filter('request', 'xds.type.matcher.v3.HttpAttributesCelMatchInput')
  const custom_match = filter('cel', 'xds.type.matcher.v3.CelMatcher', { expr_match: {} })
  const matcher = {
    matcher_list: {
      matchers: [{ predicate: { single_predicate: { input, custom_match } }, on_match: action('x', 'ALLOW') }],
    },
  }
  const policies = {
    'by-cel': { permissions: [{ any: true }], principals: [{ any: true }], condition: { call_expr: {} } },
  }
  for (const [rbac, reason] of [
    [{ matcher }, /^a CEL expression cannot be evaluated from a dump$/],
    [{ rules: { policies } }, /^policy by-cel has a CEL condition, which is not evaluated$/],
  ] as const) {
    const { hops } = await ofHttp(rbac, get('h'))
    const [verdict] = hops[0]?.filters ?? []
    assert.equal(verdict?.verdict, 'undecided')
    assert.match(sentence(verdict?.reason) ?? '', reason)
  }
})

test('a policy that matches without its condition still decides, whatever CEL says of another', async () => {
  const any = { permissions: [{ any: true }], principals: [{ any: true }] }
  const policies = { 'a-cel': { ...any, condition: {} }, 'b-plain': any }
  const { outcome, hops } = await ofHttp({ rules: { action: 'DENY', policies } }, get('h'))
  assert.equal(outcome.kind, 'denied')
  assert.equal(hops[0]?.filters?.[0]?.policy, 'b-plain')
})

test('the network filter evaluates its matcher on the connection', async () => {
  const source = filter('ip', 'envoy.extensions.matching.common_inputs.network.v3.SourceIPInput')
  const matcher = { matcher_list: { matchers: [when(source, { prefix: '10.9.' }, action('inside', 'ALLOW'))] } }
  const rbac = filter('rbac', 'envoy.extensions.filters.network.rbac.v3.RBAC', { matcher })
  const dump = await dumpOf({
    listeners: [listener('L', '0.0.0.0', 80, { filter_chains: [{ filters: [rbac, tcpProxy('a')] }] })],
    clusters: [staticCluster('a', '1.1.1.1:1')],
  })
  assert.equal(ask(dump, {}).outcome.kind, 'tcp')
  const outside = ask(dump, { source: { address: '192.0.2.9', port: 1 } })
  assert.equal(outside.outcome.kind, 'denied')
})
