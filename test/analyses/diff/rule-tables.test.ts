import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ResourceDiff } from '../../../src/analyses/diff/dump-diff.ts'
import { isSame } from '../../../src/analyses/diff/same.ts'
import { groupSameChanges } from '../../../src/analyses/diff/same-changes.ts'
import { diffSchema } from '../../../src/analyses/diff/schemas.ts'
import { identityOf, unorderedList } from '../../../src/analyses/diff/unordered-lists.ts'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'

/** Lists that are in any order wherever they stand, and those that are in the message of one field only. */
const anywhere = [
  'virtual_hosts',
  'domains',
  'filter_chains',
  'lb_endpoints',
  'subset_selectors',
  'request_headers_to_remove',
  'response_headers_to_remove',
  'internal_only_headers',
  'retriable_status_codes',
  'allow_origin_string_match',
  'match_typed_subject_alt_names',
  'match_subject_alt_names',
  'verify_certificate_hash',
  'verify_certificate_spki',
  'upgrade_configs',
  'principals',
  'permissions',
]
const within: readonly (readonly [field: string, holder: string])[] = [
  ['server_names', 'filter_chain_match'],
  ['prefix_ranges', 'filter_chain_match'],
  ['source_prefix_ranges', 'filter_chain_match'],
  ['direct_source_prefix_ranges', 'filter_chain_match'],
  ['source_ports', 'filter_chain_match'],
  ['application_protocols', 'filter_chain_match'],
  ['endpoints', 'load_assignment'],
  ['endpoints', ''],
  ['thresholds', 'circuit_breakers'],
  ['per_host_thresholds', 'circuit_breakers'],
  ['keys', 'subset_selectors'],
  ['headers', 'match'],
  ['query_parameters', 'match'],
  ['clusters', 'weighted_clusters'],
  ['rules', 'and_rules'],
  ['rules', 'or_rules'],
  ['ids', 'and_ids'],
  ['ids', 'or_ids'],
]

for (const field of anywhere)
  test(`${field} is in any order, wherever it stands`, () => {
    for (const holder of ['', 'match', 'anything']) assert.equal(unorderedList(field, holder, {})?.field, field)
  })

for (const [field, holder] of within)
  test(`${field} of ${holder || 'the resource itself'} is in any order, and ordered elsewhere`, () => {
    assert.equal(unorderedList(field, holder, {})?.field, field)
    assert.equal(unorderedList(field, 'elsewhere', {}), undefined)
  })

test('weighted clusters are ordered where a header or a hash says the number; routes and filters always are', () => {
  assert.equal(unorderedList('clusters', 'weighted_clusters', { header_name: 'x' }), undefined)
  assert.equal(unorderedList('clusters', 'weighted_clusters', { use_hash_policy: true }), undefined)
  for (const field of ['routes', 'http_filters', 'filters', 'hash_policy', 'transport_socket_matches'])
    assert.equal(unorderedList(field, '', {}), undefined, field)
})

const socket = { socket_address: { address: '10.0.0.1', port_value: 80 } }

for (const [what, element, identity] of [
  ['a name', { name: 'n', match: {} }, 'n'],
  ['the address of an endpoint', { endpoint: { address: socket } }, '10.0.0.1:80'],
  ['a named port', { endpoint: { address: { socket_address: { address: 'a', named_port: 'http' } } } }, 'a:http'],
  ['a pipe', { endpoint: { address: { pipe: { path: '/s' } } } }, '/s'],
  [
    'an internal address',
    { endpoint: { address: { envoy_internal_address: { server_listener_name: 'l', endpoint_id: 'e' } } } },
    'l/e',
  ],
  ['an endpoint of another name', { endpoint_name: 'e' }, 'e'],
  ['a locality', { locality: { region: 'r', zone: 'z', sub_zone: 's' }, priority: 1 }, 'r/z/s priority 1'],
  ['no locality, but endpoints', { lb_endpoints: [] }, '// priority 0'],
  ['the priority of a threshold', { max_connections: 1, priority: 'HIGH' }, 'HIGH'],
  ['a threshold without one', { max_requests: 1 }, 'DEFAULT'],
  ['the key of a header', { header: { key: 'x-a' } }, 'x-a'],
  ['a match of a filter chain', { filter_chain_match: { server_names: ['a'] } }, '{"server_names":["a"]}'],
  ['a match of a route', { match: { prefix: '/' } }, '{"prefix":"/"}'],
  ['an upgrade', { upgrade_type: 'websocket' }, 'websocket'],
  ['nothing', { weight: 1 }, undefined],
  ['no object', 'text', undefined],
] satisfies readonly (readonly [string, Json, string | undefined])[])
  test(`what names an element: ${what}`, () => {
    assert.equal(identityOf(element), identity)
  })

test('values are the same whatever the order of their keys, up to a depth', () => {
  const deep = (levels: number): JsonObject => (levels === 0 ? { a: [1] } : { a: deep(levels - 1) })
  assert.equal(isSame({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }), true)
  for (const [a, b] of [
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [[1, 2], [1]],
    [[1], { 0: 1 }],
    [{ a: undefined }, { b: undefined }],
    [1, '1'],
  ] satisfies readonly (readonly [Json, Json])[])
    assert.equal(isSame(a, b), false)
  // An object, the list in it, and the number: three levels.
  assert.deepEqual([isSame(deep(0), deep(0), 2), isSame(deep(0), deep(0), 1)], [true, false])
  assert.deepEqual([isSame(deep(498), deep(498)), isSame(deep(499), deep(499))], [true, false])
})

test('equal changes are one group, the largest first; a value that is null is not one that is absent', () => {
  const of = (name: string, from: Json | undefined): ResourceDiff => ({
    name,
    changes: [{ path: 'a', steps: [{ field: 'a' }], from, to: 1 }],
    delta: undefined,
  })
  const groups = groupSameChanges([of('one', 1), of('two', null), of('three', null), of('four', undefined)])
  assert.deepEqual(
    groups.map(({ names }) => names),
    [['two', 'three'], ['one'], ['four']],
  )
})

test('the schema has the columns of a difference, and each key of a kind', () => {
  assert.deepEqual(
    diffSchema.columns[0]?.map(({ key }) => key),
    ['resourceKind', 'name', 'difference', 'path', 'controlPlane', 'envoy'],
  )
  const schema = JSON.stringify(diffSchema.document?.schema)
  for (const key of ['match', 'same', 'onlyInControlPlane', 'onlyInEnvoy', 'changed', 'warming', 'rejected', 'patch'])
    assert.ok(schema.includes(`"${key}":{`), key)
})
