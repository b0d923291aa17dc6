import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { capturePort } from '../../../src/semantics/connection/capture-listener.ts'
import { dumpOf } from '../../analyses/trace/dump-of.ts'

const listener = (name: string, port: number, more: JsonObject = {}): JsonObject => ({
  name,
  address: { socket_address: { address: '0.0.0.0', port_value: port } },
  use_original_dst: true,
  ...more,
})

test('the listener that iptables redirects to: by its direction, by its name, else the one that takes both', async () => {
  for (const [listeners, inbound, outbound] of [
    [[listener('a', 1, { traffic_direction: 'OUTBOUND' }), listener('b', 2, { traffic_direction: 'INBOUND' })], 2, 1],
    // The direction goes before the name.
    [[listener('virtualOutbound', 1, { traffic_direction: 'INBOUND' })], 1, undefined],
    [[listener('virtualInbound', 1, { traffic_direction: 'OUTBOUND' })], undefined, 1],
    [[listener('virtualOutbound', 1), listener('virtualInbound', 2)], 2, 1],
    [[listener('egress', 1), listener('public_listener', 2)], 2, 1],
    [[listener('virtual', 1)], 1, 1],
    [[listener('virtual', 1), listener('virtualInbound', 2)], 2, 1],
    [[listener('virtualInbound', 1, { use_original_dst: false })], undefined, undefined],
  ] as const) {
    const dump = await dumpOf({ listeners: [...listeners] })
    const what = JSON.stringify(listeners)
    assert.deepEqual([capturePort(dump, 'inbound'), capturePort(dump, 'outbound')], [inbound, outbound], what)
  }
})
