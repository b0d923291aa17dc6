import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/envoy/json.ts'
import { unreachableRoutes } from '../../src/envoy/model/unreachable-routes.ts'
import { runProgram } from '../run-program.ts'

/** Pairs of a route that no request gets to and of the one before it, both counted from 0. */
function found(...matches: JsonObject[]): [number, number][] {
  return unreachableRoutes({ routes: matches.map((match) => ({ match })) }).map(({ index, by }) => [index, by])
}
const headers = { headers: [{ name: 'a', present_match: true }] }

test('behind a shorter prefix without another condition nothing is reached', () => {
  assert.deepEqual(found({ prefix: '/' }, { prefix: '/a' }, { path: '/b' }, { safe_regex: { regex: '/c.*' } }), [
    [1, 0],
    [2, 0],
    [3, 0],
  ])
  assert.deepEqual(found({ prefix: '/a' }, { prefix: '/a/b' }, { prefix: '/b' }, { path: '/ab' }), [
    [1, 0],
    [3, 0],
  ])
  assert.deepEqual(found({ prefix: '/a' }, { prefix: '/a/b', ...headers }), [[1, 0]])
  assert.deepEqual(found({ prefix: '' }, { prefix: '/a' }), [[1, 0]])
})

test('what has another condition stands in nobody’s way', () => {
  assert.deepEqual(found({ prefix: '/', ...headers }, { prefix: '/a' }), [])
  for (const condition of [
    { grpc: {} },
    { query_parameters: [{ name: 'q' }] },
    { runtime_fraction: {} },
    { cookies: [{}] },
  ])
    assert.deepEqual(found({ prefix: '/', ...condition }, { prefix: '/a' }), [])
})

test('the same conditions twice, unless a share of requests goes by the first', () => {
  assert.deepEqual(found({ path: '/a', ...headers }, { path: '/a', ...headers }), [[1, 0]])
  const fraction = { runtime_fraction: { default_value: { numerator: 10 } } }
  assert.deepEqual(found({ path: '/a', ...fraction }, { path: '/a', ...fraction }), [])
  assert.deepEqual(found({ safe_regex: { regex: '/a' } }, { safe_regex: { regex: '/a' } }), [[1, 0]])
  assert.deepEqual(found({ safe_regex: { regex: '/a.*' } }, { path: '/ab' }), [])
})

test('a prefix of whole segments, letters of either case, and CONNECT', () => {
  assert.deepEqual(
    found({ path_separated_prefix: '/a' }, { path: '/a' }, { prefix: '/a/' }, { prefix: '/a' }, { path: '/ab' }),
    [
      [1, 0],
      [2, 0],
      [4, 3],
    ],
  )
  assert.deepEqual(found({ prefix: '/a' }, { prefix: '/a/b', case_sensitive: false }), [])
  assert.deepEqual(found({ prefix: '/', case_sensitive: false }, { prefix: '/a', case_sensitive: false }), [[1, 0]])
  assert.deepEqual(found({ prefix: '/' }, { connect_matcher: {} }), [])
})

test('the routes command says so', async () => {
  const routes = ['/', '/a'].map((prefix) => ({ match: { prefix }, route: { cluster: 'c' } }))
  const stdin = JSON.stringify({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
        static_route_configs: [
          { route_config: { name: 'web', virtual_hosts: [{ name: 'shop', domains: ['*'], routes }] } },
        ],
      },
    ],
  })
  const { err } = await runProgram(['routes', '--file', '-'], { stdin })
  assert.equal(
    err,
    'Route configuration web, virtual host shop: route 2 (/a*) never gets a request: route 1 (/*) before it matches the same and more.\n',
  )
})
