import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { changedHeaders } from '../../../src/semantics/http/header-options.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'
import { chooseCluster } from '../../../src/semantics/routes/route-action.ts'
import { routePolicy } from '../../../src/semantics/routes/route-policy.ts'
import { always, contextOf, recordingChance, type Sent } from '../sent.ts'

/** The cluster of a route action, the code and what it says of the choice. */
function chosen(action: JsonObject, asked: Sent = {}, more: Parameters<typeof contextOf>[1] = {}): string {
  const { cluster, reason, entry } = chooseCluster(action, contextOf(asked, more))
  return [cluster ?? '(none)', reason.code, ...Object.values(reason.args), ...Object.keys(entry)].join(' ')
}

const scopes = (
  route: JsonObject = {},
  virtualHost: JsonObject = {},
  routeConfiguration: JsonObject = {},
  entry: JsonObject = {},
) => routePolicy({ route, virtualHost, routeConfiguration, entry }, runtimeOf({}))

test('the cluster of a route: named, by a header, by weight, by an extension', () => {
  const weighted = (more: object = {}, ...weights: readonly number[]) => ({
    weighted_clusters: { clusters: weights.map((weight, at) => ({ name: `c${at}`, weight })), ...more },
  })
  assert.equal(chosen({ cluster: 'a', cluster_header: 'x' }), 'a cluster-of-route')
  assert.equal(chosen({ cluster_header: 'x' }, { headers: [['x', 'b']] }), 'b cluster-by-header x')
  assert.equal(chosen({ cluster_header: 'x' }), ' cluster-by-header x')
  assert.equal(chosen({ cluster_specifier_plugin: 'p' }), '(none) cluster-by-plugin')
  assert.equal(chosen(weighted({}, 1, 3), {}, { chance: always(1) }), 'c1 cluster-by-weight 3 4 name weight')
  assert.equal(chosen(weighted({}, 0, 0), {}, { chance: always(1) }), ' cluster-by-weight 0 0')
  const { chance, asked } = recordingChance()
  chosen(weighted({}, 10, 0, 90), {}, { chance })
  assert.deepEqual(asked, [100, [10, 10, 100]])
  const runtime = runtimeOf({ layered_runtime: { layers: [{ static_layer: { p: { c0: 0, c1: 7 } } }] } })
  assert.equal(
    chosen(weighted({ runtime_key_prefix: 'p' }, 10, 90), {}, { runtime, chance: always(1) }),
    'c1 cluster-by-weight 7 7 name weight',
  )
  for (const [value, index] of [
    ['0', 0],
    ['9', 0],
    ['10', 1],
    ['99', 1],
    ['100', 0],
    ['18446744073709551615', 1],
    ['18446744073709551616', 0],
    ['x', 0],
  ] as const)
    for (const field of [{ header_name: 'r' }, { random_value_specifier: { header_name: 'r' } }])
      assert.match(chosen(weighted(field, 10, 90), { headers: [['r', value]] }), new RegExp(`^c${index} `), value)
  assert.match(
    chosen(weighted({ header_name: 'r' }, 10, 90), {
      headers: [
        ['r', '99'],
        ['r', '99'],
      ],
    }),
    /^c0 /,
    'two values are none',
  )
  const byHeader = { weighted_clusters: { clusters: [{ cluster_header: 'x', weight: 1 }] } }
  assert.equal(chosen(byHeader, { headers: [['x', 'b']] }), 'b cluster-by-header x cluster_header weight')
})

test('retries: a policy of the route replaces that of the virtual host', () => {
  assert.deepEqual(scopes(), {})
  const retry_policy = { retry_on: '5xx', num_retries: 3, per_try_timeout: '2s' }
  const full = { retryOn: '5xx', attempts: 3, perTryTimeout: '2s' }
  assert.deepEqual(scopes({ route: { retry_policy } }, { retry_policy: {} }).retry, { ...full, source: 'route' })
  assert.deepEqual(scopes({ route: {} }, { retry_policy }).retry, { ...full, source: 'virtualHost' })
  assert.deepEqual(scopes({ route: { retry_policy: {} } }).retry, { retryOn: '', attempts: 1, source: 'route' })
})

test('mirrors: those of the most specific level that has any, with their share', () => {
  const mirror = (cluster: string, numerator?: number) => ({
    cluster,
    ...(numerator === undefined ? {} : { runtime_fraction: { default_value: { numerator } } }),
  })
  const levels = (...names: readonly (string | undefined)[]) =>
    names.map((name) => (name === undefined ? {} : { request_mirror_policies: [mirror(name)] }))
  for (const [names, expected] of [
    [['r', 'v', 'c'], 'r'],
    [[undefined, 'v', 'c'], 'v'],
    [[undefined, undefined, 'c'], 'c'],
  ] as const) {
    const [route = {}, virtualHost, configuration] = levels(...names)
    assert.deepEqual(scopes({ route }, virtualHost, configuration).mirrors, [{ cluster: expected, probability: 1 }])
  }
  const route = {
    request_mirror_policies: [mirror('a', 25), mirror('b', 300), { cluster_header: 'x' }],
    request_mirror_policy: mirror('old', 0),
  }
  assert.deepEqual(scopes({ route }).mirrors, [
    { cluster: 'a', probability: 0.25 },
    { cluster: 'b', probability: 1 },
    { cluster: 'header x', probability: 1 },
    { cluster: 'old', probability: 0 },
  ])
  assert.deepEqual(scopes({ route: { request_mirror_policies: [] } }), {})
})

test('what a route hashes on, and the headers that each level adds and removes', () => {
  const hash_policy = [
    { header: { header_name: 'x' } },
    { cookie: { name: 'c' } },
    { query_parameter: { name: 'q' } },
    { filter_state: { key: 'k' } },
    { connection_properties: { source_ip: true } },
  ]
  assert.deepEqual(scopes({ route: { hash_policy } }).hashOn, [
    'header x',
    'cookie c',
    'query parameter q',
    'filter state k',
    'source address',
  ])
  const add = (key: string, value: string) => ({
    request_headers_to_add: [{ header: { key, value } }],
    response_headers_to_remove: [key],
  })
  const { requestHeaders, responseHeaders } = scopes(add('b', '2'), add('c', '3'), add('d', '4'), add('a', '1'))
  assert.deepEqual(requestHeaders, { add: ['a: 1', 'b: 2', 'c: 3', 'd: 4'], remove: [] })
  assert.deepEqual(responseHeaders, { add: [], remove: ['a', 'b', 'c', 'd'] })
  assert.doesNotMatch(JSON.stringify(scopes(add('authorization', 'Bearer abc'))), /abc/)
})

test('headers by each append action, over those that are there and those that are not', () => {
  const actions = {
    APPEND_IF_EXISTS_OR_ADD: ['old,new', 'new'],
    ADD_IF_ABSENT: ['old', 'new'],
    OVERWRITE_IF_EXISTS_OR_ADD: ['new', 'new'],
    OVERWRITE_IF_EXISTS: ['new', ''],
  } as const
  const after = (option: JsonObject, present: readonly string[], value = 'new') => {
    const level = { request_headers_to_add: [{ header: { key: 'X-A', value }, ...option }] }
    return (
      changedHeaders(
        level,
        'request',
        () => present,
        (text) => text,
      ).get('x-a') ?? present
    ).join(',')
  }
  for (const [append_action, [over, absent]] of Object.entries(actions)) {
    assert.equal(after({ append_action }, ['old']), over, append_action)
    assert.equal(after({ append_action }, []), absent, append_action)
    assert.equal(after({ append_action }, ['old'], ''), 'old', 'an empty value is dropped')
  }
  assert.equal(after({}, ['old']), 'old,new')
  assert.equal(after({ append: true }, ['old']), 'old,new')
  assert.equal(after({ append: false }, ['old']), 'new')
  assert.equal(after({ keep_empty_value: true, append: false }, ['old'], ''), '')
  const level = {
    request_headers_to_remove: ['X-A'],
    request_headers_to_add: [
      { header: { key: 'x-a', value: '1' } },
      { header: { key: 'x-a', value: '2' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
      { header: { key: 'x-a', value: '3' }, append_action: 'OVERWRITE_IF_EXISTS' },
      { header: { key: 'x-b', value: 'unknown' } },
    ],
  }
  const changed = changedHeaders(
    level,
    'request',
    () => ['old'],
    (text) => (text === 'unknown' ? undefined : text),
  )
  assert.deepEqual([...changed], [['x-a', ['2', '1']]], 'removals first, then overwrites, then additions')
  assert.deepEqual(
    [
      ...changedHeaders(
        level,
        'response',
        () => [],
        (text) => text,
      ),
    ],
    [],
  )
})
