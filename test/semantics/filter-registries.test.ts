import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageRegistry } from '../../src/envoy/protobuf/message-registry.ts'
import { httpFilterType, httpFilterTypes } from '../../src/semantics/http-filters/index.ts'
import { listenerFilterType, listenerFilterTypes } from '../../src/semantics/listener-filters/index.ts'
import { networkFilterType, networkFilterTypes } from '../../src/semantics/network-filters/index.ts'

const registries = {
  http: { rows: httpFilterTypes, find: httpFilterType },
  network: { rows: networkFilterTypes, find: networkFilterType },
  listener: { rows: listenerFilterTypes, find: listenerFilterType },
} as const

/** The messages of every filter that Envoy's API has, by package. */
function packagesOf(kind: keyof typeof registries): Map<string, string[]> {
  const own = new RegExp(`^(envoy\\.extensions\\.filters\\.${kind}\\.\\w+)\\.v\\d\\w*\\.\\w+$`)
  const found = new Map<string, string[]>()
  for (const type of messageRegistry()) {
    const [, name] = (type.kind === 'message' && own.exec(type.typeName)) || []
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), type.typeName])
  }
  return found
}

for (const [kind, { rows, find }] of Object.entries(registries)) {
  test(`${kind} filters: every filter of Envoy's API has a row`, () => {
    const packages = packagesOf(kind as keyof typeof registries)
    assert.ok(packages.size > 5, 'the packages were found')
    const missing = [...packages].filter(
      ([, messages]) => !messages.some((type) => find({ type, message: '' }) !== undefined),
    )
    assert.deepEqual(missing, [])
  })

  test(`${kind} filters: no type and no name stands in two rows`, () => {
    for (const field of ['types', 'names'] as const) {
      const all = rows.flatMap((row) => [...new Set(row[field])])
      assert.deepEqual(
        all.filter((one, place) => all.indexOf(one) !== place),
        [],
        field,
      )
    }
  })
}

test('other API versions and names without a type find the same row', () => {
  const rbac = httpFilterType({ type: 'envoy.extensions.filters.http.rbac.v3.RBAC', message: 'RBAC' })
  assert.ok(rbac?.authorizes)
  assert.equal(httpFilterType({ type: 'envoy.config.filter.http.rbac.v2.RBAC', message: 'RBAC' }), rbac)
  assert.equal(httpFilterType({ type: '', message: 'envoy.filters.http.rbac' }), rbac)
  // The network filter of the same message name is another one.
  assert.notEqual(httpFilterType({ type: 'envoy.extensions.filters.network.rbac.v3.RBAC', message: 'RBAC' }), rbac)
  assert.ok(httpFilterType({ type: 'io.istio.http.peer_metadata.Config', message: 'Config' }))
  // A free text name beside an unknown type tells nothing.
  assert.equal(httpFilterType({ type: 'lab.Unknown', message: 'envoy.filters.http.rbac' }), undefined)
})
