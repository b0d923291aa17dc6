import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { upgradeOf } from '../../../src/semantics/http/upgrade.ts'
import { durationOf, timeoutsOf } from '../../../src/semantics/routes/timeouts.ts'
import { sent } from '../sent.ts'

test('an upgrade: the route goes before the connection manager, and is on unless it says otherwise', () => {
  const configs = (...list: readonly JsonObject[]): JsonObject => ({ upgrade_configs: [...list] })
  const [on, off] = [{ upgrade_type: 'WebSocket' }, { upgrade_type: 'websocket', enabled: false }]
  const allowed = (manager: JsonObject, action: JsonObject) =>
    upgradeOf(sent({ headers: [['upgrade', 'websocket']] }), manager, { route: action })?.allowed
  for (const [manager, action, expected] of [
    [{}, {}, false],
    [configs(on), {}, true],
    [configs(off), {}, false],
    [{}, configs(on), true],
    [configs(off), configs(on), true],
    [configs(on), configs(off), false],
    [configs({ upgrade_type: 'other' }), {}, false],
  ] as const)
    assert.equal(allowed(manager, action), expected, JSON.stringify([manager, action]))
  assert.equal(upgradeOf(sent(), configs(on), {}), undefined)
  assert.deepEqual(upgradeOf(sent({ method: 'CONNECT' }), configs({ upgrade_type: 'CONNECT' }), {}), {
    type: 'CONNECT',
    allowed: true,
    config: { upgrade_type: 'CONNECT' },
  })
})

/** The limit of a gRPC request with `grpc-timeout`, in milliseconds. */
function limited(timeout: string | undefined, action: JsonObject): number | undefined {
  const all = timeoutsOf({
    connectionManager: { stream_idle_timeout: '0s' },
    action,
    retry: {},
    cluster: {},
    isGrpc: true,
    header: (name) => (name === 'grpc-timeout' ? timeout : undefined),
  })
  return all[0]?.milliseconds
}

test('grpc-timeout by each unit, its most, and what is taken off it', () => {
  for (const [text, milliseconds] of [
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['3S', 3000],
    ['4m', 4],
    ['5000u', 5],
    ['6000000n', 6],
    ['7x', undefined],
    ['123456789m', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const)
    assert.equal(limited(text, { max_grpc_timeout: '0s' }), milliseconds, text)
  for (const [text, max, offset, expected] of [
    ['100m', '0.05s', '0s', 50],
    ['50m', '0.05s', '0s', 50],
    ['49m', '0.05s', '0s', 49],
    [undefined, '0.05s', '0s', 50],
    ['0m', '0.05s', '0s', 50],
    ['100m', '0s', '0.03s', 70],
    ['100m', '0s', '0.1s', 100],
    ['100m', '0s', '0.099s', 1],
  ] as const)
    assert.equal(
      limited(text, { max_grpc_timeout: max, grpc_timeout_offset: offset }),
      expected,
      `${text} ${max} ${offset}`,
    )
  for (const [text, milliseconds] of [
    ['0.25s', 250],
    ['1.0000005s', 1000.001],
    ['5', 0],
    ['-1s', 0],
    [undefined, 0],
  ] as const)
    assert.equal(durationOf(text), milliseconds, text)
})
