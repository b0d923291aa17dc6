import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenIn } from '../../../src/analyses/request-options/token-of.ts'
import {
  intervalOf,
  metadataOf,
  requestOf,
  runtimeNamed,
} from '../../../src/analyses/trace/cases/router-check-input.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { TraceRequest } from '../../../src/semantics/request.ts'
import { claimsFrom, claimsOf } from '../../../src/walk/request/claims.ts'
import { ask, chain, dumpOf, listener, staticCluster, tcpProxy } from './dump-of.ts'

/** The cluster that a TCP proxy of this configuration sends a connection to, or how it ends. */
async function reached(config: JsonObject, request: Partial<TraceRequest> = {}): Promise<string> {
  const dump = await dumpOf({
    listeners: [
      listener('L', '0.0.0.0', 80, { filter_chains: [{ ...chain('x'), filters: [tcpProxy('own', config)] }] }),
    ],
    clusters: ['own', 'a', 'b'].map((name) => staticCluster(name, '1.1.1.1:1')),
  })
  const { hops, outcome } = ask(dump, request)
  return hops.at(-1)?.cluster ?? outcome.reason.code
}

const routes = (...list: JsonObject[]): JsonObject => ({ deprecated_v1: { routes: list } })
const range = (address_prefix: string, prefix_len: number): JsonObject => ({ address_prefix, prefix_len })

test('TCP routes of API v1: the first whose ranges and ports all fit', async () => {
  const cases: readonly (readonly [route: JsonObject, fits: boolean])[] = [
    [{}, true],
    [{ destination_ip_list: [range('10.0.0.0', 24)] }, true],
    [{ destination_ip_list: [range('10.1.0.0', 16)] }, false],
    [{ destination_ip_list: ['10.0.0.1'] }, true],
    [{ destination_ip_list: ['10.0.0.2', '10.0.0.0/30'] }, true],
    [{ destination_ip_list: ['10.0.0.2'] }, false],
    [{ source_ip_list: [range('10.9.9.9', 32)] }, true],
    [{ source_ip_list: ['10.0.0.0/16'] }, false],
    [{ destination_ports: '80' }, true],
    [{ destination_ports: '79,80' }, true],
    [{ destination_ports: '80-90' }, true],
    [{ destination_ports: '70-80' }, true],
    [{ destination_ports: '81-90,1-79' }, false],
    [{ destination_ports: '' }, true],
    [{ source_ports: '40000' }, true],
    [{ source_ports: '1-39999' }, false],
    [{ destination_ports: '80', source_ports: '1' }, false],
  ]
  for (const [route, fits] of cases) {
    const what = JSON.stringify(route)
    assert.equal(await reached(routes({ ...route, cluster: 'a' }, { cluster: 'b' })), fits ? 'a' : 'b', what)
    assert.equal(await reached(routes({ ...route, cluster: 'a' })), fits ? 'a' : 'tcp-route-missing', what)
  }
  assert.equal(await reached({ deprecated_v1: true, value: { route_config: { routes: [{ cluster: 'b' }] } } }), 'b')
  assert.equal(await reached({}), 'own')
})

test('a TCP proxy whose cluster filter state names', async () => {
  const named = (cluster: string) => ({ filterState: { 'envoy.tcp_proxy.cluster': cluster } })
  assert.equal(await reached({}, named('a')), 'a')
  assert.equal(await reached(routes({ cluster: 'b' }), named('a')), 'b')
  assert.equal(await reached({ weighted_clusters: { clusters: [{ name: 'b', weight: 1 }] } }, named('a')), 'b')
})

test('the input of a router check', () => {
  const { method, path, authority, scheme, forwardedProto, internal, headers } = requestOf({})
  assert.deepEqual([method, path, authority, scheme, forwardedProto, internal], ['GET', '', '', 'http', 'http', false])
  assert.equal(headers.get('x-envoy-internal'), undefined)
  const full = requestOf({
    method: 'PUT',
    path: '/a',
    authority: 'b',
    ssl: true,
    internal: true,
    additional_request_headers: [{ key: 'X', value: '1' }],
  })
  assert.deepEqual(
    [full.method, full.path, full.authority, full.scheme, full.internal],
    ['PUT', '/a', 'b', 'https', true],
  )
  assert.deepEqual(
    ['x', 'x-envoy-internal', 'x-forwarded-proto', ':method'].map((name) => full.headers.get(name)),
    ['1', 'true', 'https', 'PUT'],
  )
  const runtime = runtimeNamed('k')
  const fraction = (runtime_key: string, numerator: number) =>
    runtime.fraction({ runtime_key, default_value: { numerator } }).numerator
  assert.deepEqual([fraction('k', 0), fraction('k', 1), fraction('k', 30), fraction('other', 30)], [1, 1, 30, 0])
  const entry = (value: JsonObject, more: JsonObject = {}): JsonObject => ({ metadata_namespace: 'ns', value, ...more })
  assert.deepEqual(metadataOf({ dynamic_metadata: [entry({ a: 1 }), entry({ b: 2 })] }), { ns: { a: 1 } })
  assert.deepEqual(metadataOf({ dynamic_metadata: [entry({ a: 1 }), entry({ b: 2 }, { allow_overwrite: true })] }), {
    ns: { a: 1, b: 2 },
  })
  assert.deepEqual(
    [0, 29, 30, 99, 100, 130].map((random) => intervalOf(random, 100, [30, 100])),
    [0, 0, 1, 1, 0, 1],
  )
})

test('claims of a token, as flags and as a file say them', () => {
  assert.deepEqual(claimsFrom(['iss=a=b', 'aud=x', 'aud=y', 'list=["p"]', 'list=q', 'o={"k":1}', 't="1"', 'empty=']), {
    iss: 'a=b',
    aud: ['x', 'y'],
    list: ['p', 'q'],
    o: { k: 1 },
    t: '1',
    empty: '',
  })
  for (const text of ['iss', '=a', ''])
    assert.throws(() => claimsFrom([text]), { message: `--claim accepts NAME=VALUE, got ${JSON.stringify(text)}` })
  assert.throws(() => claimsFrom(['a=[1']), { message: '--claim a is no JSON: "[1"' })
  assert.deepEqual([claimsOf(undefined), claimsOf(null), claimsOf({ a: 1 })], [undefined, undefined, { a: 1 }])
  for (const value of ['a', [1], 7]) assert.throws(() => claimsOf(value), /claims in request are \{name: value\}/)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'RS256' })}.${part({ iss: 'a' })}.c2ln`
  for (const text of [token, ` ${token}\n`, `Bearer ${token}`, `bearer  ${token}`])
    assert.deepEqual(tokenIn(text, 'f'), { claims: { iss: 'a' }, complete: true })
  assert.throws(() => tokenIn('x', 'f'), {
    message: /^the file "f" does not hold a JSON web token: Jwt is not in the form/,
    hint: /--claim/,
  })
})
