import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { runtimeOf } from '../../../src/semantics/matching/runtime.ts'
import { accessLogFilterTakes } from '../../../src/semantics/replies/access-log-filter.ts'
import { always, sent } from '../sent.ts'

test('an access log filter of each kind', () => {
  const facts = {
    status: 503,
    flags: ['UH'],
    headers: sent({ headers: [['x', '1']] }).headers,
    known: { dynamicMetadata: { ns: { k: 'v' } } },
    runtime: runtimeOf({ layered_runtime: { layers: [{ static_layer: { status: 404 } }] } }),
    chance: always(0),
    isHealthCheck: false,
    traces: false,
  }
  const takes = (filter: JsonObject, more: Partial<typeof facts> = {}) =>
    accessLogFilterTakes(filter, { ...facts, ...more })
  const status = (op: string, default_value: number, more: object = {}): JsonObject => ({
    status_code_filter: { comparison: { op, value: { default_value, ...more } } },
  })
  for (const [op, below, same, above] of [
    ['GE', true, true, false],
    ['LE', false, true, true],
    ['EQ', false, true, false],
    ['NE', true, false, true],
  ] as const)
    assert.deepEqual(
      [502, 503, 504].map((value) => takes(status(op, value))),
      [below, same, above],
      op,
    )
  assert.equal(takes(status('EQ', 503, { runtime_key: 'status' })), false, 'the runtime has another value')
  assert.equal(takes(status('EQ', 503, { runtime_key: 'none' })), true)
  const duration = (op: string, default_value: number): JsonObject => ({
    duration_filter: { comparison: { op, value: { default_value } } },
  })
  assert.deepEqual(
    [takes(duration('GE', 0)), takes(duration('GE', 1)), takes(duration('LE', 0))],
    [true, undefined, undefined],
  )
  assert.deepEqual(
    [takes({ not_health_check_filter: {} }), takes({ not_health_check_filter: {} }, { isHealthCheck: true })],
    [true, false],
  )
  const traceable = { traceable_filter: {} }
  assert.deepEqual(
    [takes(traceable), takes(traceable, { traces: true }), takes(traceable, { traces: true, isHealthCheck: true })],
    [false, undefined, false],
  )
  const share = { runtime_filter: { runtime_key: 'k', percent_sampled: { numerator: 50 } } }
  assert.deepEqual([takes(share), takes(share, { chance: always(1) })], [true, false])
  const [yes, no, maybe] = [
    { header_filter: { header: { name: 'x' } } },
    { header_filter: { header: { name: 'y' } } },
    { extension_filter: {} },
  ]
  for (const [filters, and, or] of [
    [[yes, yes], true, true],
    [[yes, no], false, true],
    [[yes, maybe], undefined, true],
    [[no, maybe], false, undefined],
  ] as const)
    assert.deepEqual(
      [takes({ and_filter: { filters: [...filters] } }), takes({ or_filter: { filters: [...filters] } })],
      [and, or],
    )
  const flags = (...wanted: string[]): JsonObject => ({ response_flag_filter: { flags: wanted } })
  assert.deepEqual(
    [takes(flags()), takes(flags(), { flags: [] }), takes(flags('NR', 'UH')), takes(flags('NR'))],
    [true, false, true, false],
  )
  const grpc = (exclude: boolean, ...statuses: string[]): JsonObject => ({ grpc_status_filter: { statuses, exclude } })
  for (const [http, name] of [
    [200, 'OK'],
    [400, 'INTERNAL'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'UNIMPLEMENTED'],
    [429, 'UNAVAILABLE'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'UNAVAILABLE'],
    [500, 'UNKNOWN'],
  ] as const) {
    assert.equal(takes(grpc(false, 'ABORTED', name), { status: http }), true, name)
    assert.equal(takes(grpc(true, name), { status: http }), false, name)
    assert.equal(takes(grpc(false, 'ABORTED'), { status: http }), false, name)
  }
  const metadata = (exact: string, more: object = {}, key = 'k'): JsonObject => ({
    metadata_filter: { matcher: { filter: 'ns', path: [{ key }], value: { string_match: { exact } } }, ...more },
  })
  assert.deepEqual([takes(metadata('v')), takes(metadata('w')), takes(metadata('v', {}, 'none'))], [true, false, true])
  assert.equal(takes(metadata('v', { match_if_key_not_found: false }, 'none')), false)
  assert.equal(takes(metadata('v', {}, 'none'), { known: { openMetadata: 'any' } as never }), undefined)
  const types = (exclude: boolean, ...names: string[]): JsonObject => ({ log_type_filter: { types: names, exclude } })
  assert.deepEqual(
    [
      takes(types(false, 'NotSet')),
      takes(types(false, 'DownstreamEnd')),
      takes(types(true, 'NotSet')),
      takes(types(true)),
    ],
    [true, false, false, true],
  )
  assert.deepEqual([takes({}), takes({ extension_filter: {} })], [false, undefined])
})
