import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClientConfig } from '../../../src/fetch/istiod/client-config.ts'
import { writeMessage } from '../../../src/fetch/xds/protobuf.ts'

/** A field that is a number; up to 2^53. */
function integer(field: number, value: number): Buffer {
  const bytes = [field * 8]
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

const message = (field: number, ...parts: readonly (Buffer | string)[]) =>
  writeMessage([[field, Buffer.concat(parts.map((part) => Buffer.from(part)))]])
const text = (field: number, value: string) => writeMessage([[field, value]])

test('a node: its id, and the texts among its metadata', () => {
  const entry = (name: string, value: Buffer) => message(1, text(1, name), message(2, value))
  const metadata = message(3, entry('A', text(3, 'a')), entry('N', integer(2, 1)), entry('B', text(3, 'b')))
  const node = message(1, text(1, 'sidecar~1'), text(2, 'cluster'), metadata)
  assert.deepEqual(readClientConfig(node), {
    node: { id: 'sidecar~1', metadata: { A: 'a', B: 'b' } },
    xdsConfig: [],
    genericXdsConfigs: [],
  })
  assert.deepEqual(readClientConfig(Buffer.alloc(0)), { node: {}, xdsConfig: [], genericXdsConfigs: [] })
})

test('each kind of configuration by its field, with its status', () => {
  for (const [field, section] of [
    [2, 'listenerConfig'],
    [3, 'clusterConfig'],
    [4, 'routeConfig'],
    [5, 'scopedRouteConfig'],
    [6, 'endpointConfig'],
  ] as const) {
    const config = message(2, integer(1, field), message(field, text(1, 'x')))
    assert.deepEqual(readClientConfig(config).xdsConfig, [{ status: field, [section]: {} }])
  }
  assert.deepEqual(readClientConfig(message(2, integer(7, 1))).xdsConfig, [{}])
})

test('what was sent of each kind: its lists, and of each resource the name, the status, and why it was rejected', () => {
  const inAny = (name: string) => message(2, text(1, name))
  // Section, its number, its lists by number; in an entry the name (its own or in the resource), the error and the status.
  for (const [section, number, lists, name, error, status] of [
    ['listenerConfig', 2, { 3: 'dynamicListeners' }, text(1, 'n'), 5, 6],
    ['clusterConfig', 3, { 3: 'dynamicActiveClusters', 4: 'dynamicWarmingClusters' }, message(2, inAny('n')), 4, 5],
    ['routeConfig', 4, { 3: 'dynamicRouteConfigs' }, message(2, inAny('n')), 4, 5],
    ['scopedRouteConfig', 5, { 2: 'dynamicScopedRouteConfigs' }, text(1, 'n'), 5, 6],
    ['endpointConfig', 6, { 3: 'dynamicEndpointConfigs' }, message(2, inAny('n')), 4, 5],
  ] as const)
    for (const [at, list] of Object.entries(lists)) {
      const rejected = message(Number(at), name, message(error, text(3, 'why')), integer(status, 4))
      const other = message(Number(at), name, integer(status, 3))
      const config = message(2, message(number, rejected, other, message(9, 'x')))
      const read = [
        { name: 'n', errorState: { details: 'why' }, clientStatus: 4 },
        { name: 'n', clientStatus: 3 },
      ]
      assert.deepEqual(readClientConfig(config).xdsConfig, [{ [section]: { [list]: read } }])
    }
})

test('generic configurations: type, statuses, times to the millisecond, errors', () => {
  const time = (field: number, seconds: number, nanoseconds: number) =>
    message(field, integer(1, seconds), integer(2, nanoseconds))
  const config = message(
    3,
    text(1, 'type'),
    text(2, 'name'),
    time(5, 1_767_225_600, 123_999_999),
    integer(6, 2),
    integer(7, 3),
    message(8, text(1, 'x'), time(2, 1, 1_000_000), text(3, 'no such cluster')),
  )
  assert.deepEqual(readClientConfig(Buffer.concat([config, message(3, integer(7, 4))])).genericXdsConfigs, [
    {
      typeUrl: 'type',
      name: 'name',
      lastUpdated: '2026-01-01T00:00:00.123Z',
      configStatus: 2,
      clientStatus: 3,
      errorState: { lastUpdateAttempt: '1970-01-01T00:00:01.001Z', details: 'no such cluster' },
    },
    { clientStatus: 4 },
  ])
  const negative = message(3, message(5, Buffer.from([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])))
  assert.deepEqual(readClientConfig(negative).genericXdsConfigs, [{ lastUpdated: '' }], 'a time before 1970')
})
