import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { isObject, type JsonObject, objectsOf } from '../../../src/envoy/json.ts'
import { fixture, inCamelCase } from './dumps.ts'

test('two dumps of 20 MB are compared wholly', async () => {
  const envoy = JSON.stringify(grown(fixture('sidecar'), 220))
  const [sent, equal] = ['7s', undefined].map((timeout) =>
    JSON.stringify(inCamelCase(grown(fixture('sidecar'), 220, timeout))),
  )
  assert.ok(envoy.length > 2e7 && (sent?.length ?? 0) > 2e7, `${envoy.length} and ${sent?.length}`)
  for (const [text = '', share] of [
    [equal, 0],
    [sent, 1],
  ] as const) {
    const diff = diffDumps(await readDump(Buffer.from(text), 'sent'), await readDump(Buffer.from(envoy), 'envoy'))
    const { changed, same } = diff.kinds[0] ?? { changed: [], same: 0 }
    assert.ok(changed.length + same > 5000)
    assert.equal(changed.length, share * (changed.length + same))
  }
})

/** The dump with each dynamic resource so many times, under other names, and every cluster with this timeout. */
function grown(dump: JsonObject, times: number, timeout?: string): JsonObject {
  const lists = ['dynamic_active_clusters', 'dynamic_listeners', 'dynamic_route_configs']
  for (const section of objectsOf(dump.configs)) {
    for (const list of lists.filter((name) => section[name] !== undefined)) {
      section[list] = Array.from({ length: times }, (_, index) =>
        objectsOf(section[list]).map((wrapper) => renamed(wrapper, index, timeout)),
      ).flat()
    }
  }
  return dump
}

function renamed(wrapper: JsonObject, index: number, timeout: string | undefined): JsonObject {
  const copy = structuredClone(wrapper)
  const held = isObject(copy.active_state) ? copy.active_state : copy
  for (const resource of [held.cluster, held.listener, held.route_config].filter(isObject)) {
    resource.name = `${resource.name}-${index}`
    if (timeout !== undefined && resource === held.cluster) resource.connect_timeout = timeout
  }
  return copy
}
