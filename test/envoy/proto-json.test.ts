import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isObject } from '../../src/envoy/json.ts'
import { toCamelCase, toPlainNames, toSnakeCase } from '../../src/envoy/proto-json/proto-json.ts'
import { leadOf, stateOf } from '../../src/envoy/proto-json/proto-schema.ts'
import { cases } from './proto-json/cases.ts'
import { generator, pick, randomTree, types } from './proto-json/random-tree.ts'

for (const { title, type, snake, camel } of cases) {
  test(title, () => {
    assert.deepEqual(toCamelCase(snake, type), camel)
    assert.deepEqual(toSnakeCase(camel, type), snake)
    assert.equal(toSnakeCase(snake, type), snake, 'nothing is copied when nothing changes')
    assert.equal(toCamelCase(camel, type), camel, 'nothing is copied when nothing changes')
  })
}

test('a Struct by itself is data', () => {
  const struct = { a_b: { cD: 1 } }
  for (const convert of [toCamelCase, toSnakeCase]) assert.equal(convert(struct, 'google.protobuf.Struct'), struct)
})

test('mixed input becomes one case', () => {
  const mixed = { filterChains: [{ transport_socket: {} }], use_original_dst: true }
  assert.deepEqual(toSnakeCase(mixed, 'envoy.config.listener.v3.Listener'), {
    filter_chains: [{ transport_socket: {} }],
    use_original_dst: true,
  })
})

test('a v2 field that an upgraded v3 message hides has its plain name and meaning, in either case', () => {
  const plain = { filter_chains: [{ filters: [{ config: { a_b: 1 } }] }], use_original_dst: true }
  for (const hidden of [
    {
      filter_chains: [{ filters: [{ hidden_envoy_deprecated_config: { a_b: 1 } }] }],
      hidden_envoy_deprecated_use_original_dst: true,
    },
    {
      filterChains: [{ filters: [{ hiddenEnvoyDeprecatedConfig: { a_b: 1 } }] }],
      hiddenEnvoyDeprecatedUseOriginalDst: true,
    },
  ])
    assert.deepEqual(toPlainNames(hidden, 'envoy.config.listener.v3.Listener'), plain)
  const cluster = 'envoy.config.cluster.v3.Cluster'
  assert.deepEqual(toPlainNames({ lb_policy: 'hidden_envoy_deprecated_ORIGINAL_DST_LB' }, cluster), {
    lb_policy: 'ORIGINAL_DST_LB',
  })
  const taken = { hidden_envoy_deprecated_hosts: [1], hosts: [2] }
  assert.deepEqual(toPlainNames(taken, cluster), taken, 'both are kept')
  const unknown = { hidden_envoy_deprecated_nothing: 1, metadata: { hidden_envoy_deprecated_hosts: 1 } }
  assert.deepEqual(toPlainNames(unknown, 'envoy.config.core.v3.Node'), unknown, 'no field of the API, or data')
})

test('every field that v2 had and v3 lacks is known by its old name', () => {
  // https://www.envoyproxy.io/docs/envoy/v1.17.0/configuration/best_practices/level_two: removed with API v2.
  const fields = [
    ...['tls_context', 'hosts', 'use_original_dst', 'extension_protocol_options', 'drain_connections_on_host_removal'],
    ...['config', 'per_filter_config', 'request_mirror_policy', 'host_rewrite', 'auto_host_rewrite_header'],
    ...['allow_origin', 'allow_origin_regex', 'enabled', 'runtime_key', 'regex', 'regex_match', 'pattern', 'method'],
    ...['verify_subject_alt_name', 'disable_overprovisioning', 'operation_name', 'idle_timeout', 'deprecated_v1'],
    ...['build_version', 'source_ip', 'use_http2', 'runtime'],
  ]
  for (const field of fields)
    assert.deepEqual(toPlainNames({ [`hidden_envoy_deprecated_${field}`]: 1 }, 'envoy.config.route.v3.Route'), {
      [field]: 1,
    })
})

test('two spellings of one field are both kept', () => {
  const both = { route_config: { name: 'a' }, routeConfig: { name: 'b' } }
  for (const convert of [toCamelCase, toSnakeCase]) assert.deepEqual(convert(both, 'acme.Unknown'), both)
})

test('__proto__ is a key like any other', () => {
  const text = '{"a_b":1,"__proto__":{"c_d":{"__proto__":2}},"e_f":{"__proto__":null}}'
  const camel = toCamelCase(JSON.parse(text), 'acme.Unknown')
  assert.equal(JSON.stringify(camel), '{"aB":1,"__proto__":{"cD":{"__proto__":2}},"eF":{"__proto__":null}}')
  assert.equal(JSON.stringify(toSnakeCase(camel, 'acme.Unknown')), text)
})

test('key order stays', () => {
  const camel = toCamelCase({ z_z: 1, a: 2, b_b: 3 }, 'acme.Unknown')
  assert.deepEqual(Object.keys(isObject(camel) ? camel : {}), ['zZ', 'a', 'bB'])
})

test('100,000 levels of objects and lists are no problem', () => {
  const levels = 100_000
  const deep = JSON.parse(`${'{"k":0,"a_b":['.repeat(levels)}1${']}'.repeat(levels)}`)
  let camel = toCamelCase(deep, 'acme.Unknown')
  let snake = toSnakeCase(camel, 'acme.Unknown')
  for (let level = 0; level < levels; level++) {
    assert.ok(isObject(camel) && Array.isArray(camel.aB) && camel.k === 0 && Object.keys(camel).length === 2)
    assert.ok(isObject(snake) && Array.isArray(snake.a_b) && snake.k === 0 && Object.keys(snake).length === 2)
    camel = camel.aB[0] ?? null
    snake = snake.a_b[0] ?? null
  }
  assert.deepEqual([camel, snake], [1, 1])
})

test('the generated table knows the fields that always hold data', () => {
  const data = [
    'context_extensions',
    'filter_metadata',
    'json_format',
    'key_values',
    'per_filter_config',
    'static_layer',
  ]
  for (const name of data) assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'data', name)
  const maps = ['source_codes', 'typed_extension_protocol_options', 'typed_filter_metadata', 'typed_per_filter_config']
  for (const name of maps) assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'map', name)
  for (const name of ['config', 'headers', 'match', 'metadata', 'policies', 'value']) {
    assert.equal(leadOf(stateOf('acme.Unknown'), name).kind, 'doubt', name)
  }
})

test('random trees convert there and back', () => {
  const random = generator(20260801)
  for (let round = 0; round < 2000; round++) {
    const type = pick(types, random)
    const tree = randomTree(6, random)
    const text = JSON.stringify(tree)
    const camel = toCamelCase(tree, type)
    assert.equal(JSON.stringify(toSnakeCase(camel, type)), text)
    assert.equal(toSnakeCase(tree, type), tree)
    assert.equal(toCamelCase(camel, type), camel)
    assert.equal(JSON.stringify(tree), text, 'the input is not written to')
  }
})
