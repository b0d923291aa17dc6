import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dump as toYaml } from 'js-yaml'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { compareProxies } from '../../../src/analyses/compare/compare-proxies.ts'
import { comparedSide, comparisonPatch } from '../../../src/analyses/compare/comparison-document.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { JsonObject } from '../../../src/envoy/json.ts'
import { dumpWith, fixture, inCamelCase, seeded } from '../diff/dumps.ts'
import { editOne, shuffle } from '../diff/edits.ts'
import { allKinds, comparison, proxyWith, told } from './proxies.ts'

const names = [
  'sidecar',
  'gateway',
  'warming',
  'rejected',
  'updating',
  'tcp',
  'authz',
  'aggregate',
  'internal',
  'health',
]

for (const name of names) {
  test(`${name}: a dump does not differ from itself in any spelling`, async () => {
    const own = fixture(name)
    for (const other of [own, inCamelCase(own), shuffle(own, seeded(3))]) {
      const found = await comparison(own, other)
      assert.deepEqual([found.match, told(found)], [true, []])
    }
    const yaml = await readDump(Buffer.from(toYaml(own)), 'yaml')
    const { facts, text } = await proxyWith(own)
    assert.equal(compareProxies(await proxyWith(own), { dump: yaml, label: 'yaml', facts, text }, allKinds).match, true)
  })
}

for (const name of ['sidecar', 'gateway'] as const) {
  test(`${name}: one edit is found and nothing else, and the patch leads from one side to the other`, async () => {
    const from = inCamelCase(fixture(name))
    for (let seed = 1; seed <= 12; seed++) {
      const edited = fixture(name)
      const edit = editOne(edited, seeded(seed))
      const found = await comparison(from, edited, { identity: true })
      const changed = found.kinds.flatMap((kind) => kind.changed.map((resource) => resource.name))
      assert.deepEqual(changed, [edit.resource], `seed ${seed}: ${edit.path}`)
      assert.equal(
        told(found).length,
        found.kinds.flatMap(({ changed: all }) => all.flatMap(({ changes }) => changes)).length,
      )
      const side: object = JSON.parse(JSON.stringify(comparedSide(found, 'before')))
      patch(side, JSON.parse(JSON.stringify(comparisonPatch(found))))
      assert.deepEqual(side, JSON.parse(JSON.stringify(comparedSide(found, 'after'))), `seed ${seed}`)
    }
  })
}

test('two different proxies: the patch leads from one to the other, kinds that only one has included', async () => {
  const found = await comparison(fixture('sidecar'), fixture('gateway'), { identity: true })
  const side: object = JSON.parse(JSON.stringify(comparedSide(found, 'before')))
  patch(side, JSON.parse(JSON.stringify(comparisonPatch(found))))
  assert.deepEqual(side, JSON.parse(JSON.stringify(comparedSide(found, 'after'))))
  const back = await comparison(fixture('gateway'), fixture('sidecar'), { identity: true })
  assert.equal(told(back).length, told(found).length)
})

test('of several resources of one name that changed alone is told', async () => {
  const inline = (domain: string) => ({ virtual_hosts: [{ name: 'backend', domains: [domain] }] })
  const before = dumpWith({ routes: ['a', 'b', 'c'].map(inline) })
  const after = dumpWith({ routes: ['z', 'b', 'c'].map(inline) })
  const found = await comparison(before, after)
  assert.equal(found.kinds.flatMap(({ changed }) => changed).length, 1)
  assert.equal((await comparison(before, dumpWith({ routes: ['c', 'a', 'b'].map(inline) }))).match, true)
  const fewer = await comparison(before, dumpWith({ routes: ['b', 'c'].map(inline) }))
  assert.deepEqual(told(fewer), ['routes - (routes without a name) (3)'])
})

test('Envoy lists its extensions in another order at each start', async () => {
  const started = (...names: string[]): JsonObject => ({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
        bootstrap: { node: { id: 'x', extensions: names.map((name) => ({ name, category: 'c' })) } },
      },
    ],
  })
  assert.equal((await comparison(started('a', 'b', 'c'), started('c', 'a', 'b'))).match, true)
  assert.equal((await comparison(started('a', 'b', 'c'), started('c', 'a'))).match, false)
})

test('of a dump that is cut short nothing is told as removed', async () => {
  const text = JSON.stringify(fixture('sidecar'), null, 1)
  const whole = await proxyWith(fixture('sidecar'))
  for (const share of [0.5, 0.7, 0.9, 0.99]) {
    const dump = await readDump(Buffer.from(text.slice(0, Math.floor(text.length * share))), 'cut.json')
    const found = compareProxies(whole, { ...whole, dump, label: 'cut.json' }, allKinds)
    assert.deepEqual(told(found), [], String(share))
    assert.ok(found.kinds.some(({ skipped }) => skipped === 'cut.json is cut short'))
    assert.ok(found.kinds.some(({ skipped }) => skipped === undefined))
  }
})

test('route configurations of Thrift and of HTTP of one name differ; those of v2 and v3 do not', async () => {
  const typed = (type: string) => dumpWith({ routes: [{ '@type': `type.googleapis.com/${type}`, name: 'a' }] })
  const http = typed('envoy.config.route.v3.RouteConfiguration')
  const thrift = typed('envoy.extensions.filters.network.thrift_proxy.v3.RouteConfiguration')
  assert.deepEqual(told(await comparison(http, thrift)), ['routes ~ a @type'])
  assert.deepEqual(told(await comparison(http, typed('envoy.api.v2.RouteConfiguration'))), [])
})

test('hosts of a cluster that takes them from requests are no difference, those that are configured are', async () => {
  const loaded = (type: string, ...addresses: string[]): JsonObject =>
    dumpWith({
      clusters: [{ name: 'c', type }],
      endpoints: [
        {
          cluster_name: 'c',
          endpoints: addresses.map((address) => ({
            lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }],
          })),
        },
      ],
    })
  for (const [type, differ] of [
    ['ORIGINAL_DST', false],
    ['STATIC', true],
  ] as const) {
    const found = await comparison(loaded(type, '10.0.0.1'), loaded(type))
    assert.equal(found.match, !differ, type)
  }
})
