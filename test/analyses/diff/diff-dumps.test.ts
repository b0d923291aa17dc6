import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeDocument } from '../../../src/analyses/diff/diff-document.ts'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import { diffText } from '../../../src/analyses/diff/diff-text.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import { isObject, type Json, objectsOf } from '../../../src/envoy/json.ts'
import { dumpOf, dumpWith, fixture, inCamelCase } from './dumps.ts'

const fixtures = ['sidecar', 'gateway', 'tcp', 'authz', 'control-planes', 'health', 'internal']

for (const name of fixtures) {
  test(`${name}: an Envoy matches itself, also in istiod's camelCase`, async () => {
    const diff = diffDumps(await dumpOf(inCamelCase(fixture(name))), await dumpOf(fixture(name)))
    assert.deepEqual(
      diff.kinds.map(({ kind, match }) => [kind, match]).filter(([, match]) => match !== true),
      [],
    )
    assert.equal(diff.match, true)
  })
}

test('what istiod calls SYNCED and Envoy does not have is found', async () => {
  const cluster = (connect_timeout: string): Json => ({ name: 'outbound|80||a', type: 'EDS', connect_timeout })
  const diff = diffDumps(
    await dumpOf(dumpWith({ clusters: [cluster('-1s')] })),
    await dumpOf(dumpWith({ clusters: [cluster('10s')] })),
  )
  assert.equal(diff.match, false)
  assert.deepEqual(diff.kinds[0]?.changed[0]?.changes.map(changeDocument), [
    { path: 'connect_timeout', from: '-1s', to: '10s' },
  ])
  assert.deepEqual(diffText(diff).slice(0, 4), [
    "Clusters don't match",
    '  ~ outbound|80||a',
    '      connect_timeout: "-1s" in the control plane, "10s" in Envoy',
    'Listeners Match',
  ])
})

test('the same change in many resources is said once', async () => {
  const clusters = (connect_timeout: string): Json[] =>
    Array.from({ length: 412 }, (_, index) => ({ name: `c${index}`, connect_timeout }))
  const diff = diffDumps(
    await dumpOf(dumpWith({ clusters: clusters('1s') })),
    await dumpOf(dumpWith({ clusters: clusters('2s') })),
  )
  assert.deepEqual(diffText(diff).slice(1, 4), [
    '  ~ the same change in 412 clusters',
    '      connect_timeout: "1s" in the control plane, "2s" in Envoy',
    '      in c0, c1, c10, c100, c101 and 407 more',
  ])
})

test('resources on one side only, and the time of the newest route', async () => {
  const from = dumpWith({ clusters: [{ name: 'gone' }, { name: 'both' }], routes: [{ name: '80' }] })
  const to = dumpWith({
    clusters: [{ name: 'both' }, { name: 'new' }],
    routes: [{ name: '80', virtual_hosts: [{ name: 'v' }] }],
  })
  const routes = objectsOf(to.configs)[2]
  const [route] = objectsOf(routes?.dynamic_route_configs)
  if (isObject(route)) route.last_updated = '2026-11-21T09:13:01.217Z'
  assert.deepEqual(diffText(diffDumps(await dumpOf(from), await dumpOf(to))).slice(0, 6), [
    "Clusters don't match",
    '  - gone: only in the control plane',
    '  + new: only in Envoy',
    'Listeners Match',
    "Routes don't match (RDS last loaded at Sat, 21 Nov 2026 09:13:01 UTC)",
    '  ~ 80',
  ])
})

test('a time that is none is not the time of the newest route, wherever it stands', async () => {
  for (const odd of ['NaN', '2024-13-01T00:00:00Z', '99999999-01-01T00:00:00Z', '']) {
    const to = dumpWith({ routes: [{ name: '80' }, { name: '81' }, { name: '82' }] })
    const routes = objectsOf(objectsOf(to.configs)[2]?.dynamic_route_configs)
    for (const [at, time] of [odd, '2026-11-21T09:13:01.217Z', odd].entries()) {
      const route = routes[at]
      if (isObject(route)) route.last_updated = time
    }
    const [, , heading] = diffText(diffDumps(await dumpOf(to), await dumpOf(to)))
    assert.equal(heading, 'Routes Match (RDS last loaded at Sat, 21 Nov 2026 09:13:01 UTC)', odd)
  }
})

test('warming and rejected resources come with the reason that Envoy gives', async () => {
  for (const [name, kind, expected, tone] of [
    [
      'rejected',
      'listeners',
      /^ {2}! twin_9000: rejected by Envoy: error adding listener: 'twin_9000' has duplicate address/,
      'bad',
    ],
    ['warming', 'listeners', /^ {2}! 0\.0\.0\.0_8443: warming, not in use/, 'warning'],
  ] as const) {
    const dump = await dumpOf(fixture(name))
    const diff = diffDumps(dump, dump)
    const found = diff.kinds.find((each) => each.kind === kind)
    assert.equal(found?.match, false)
    assert.deepEqual([found?.changed, found?.onlyInEnvoy, found?.onlyInControlPlane], [[], [], []])
    const lines = diffText(diff).filter((line) => typeof line !== 'string')
    assert.deepEqual(
      lines.filter(({ text }) => expected.test(text)).map((line) => line.tone),
      [tone],
    )
  }
})

test('a dump without clusters is an error, not a difference', async () => {
  const envoy = await dumpOf(fixture('sidecar'))
  const { configs } = fixture('sidecar')
  const without = {
    configs: objectsOf(configs).filter(({ '@type': type }) => !String(type).includes('ClustersConfigDump')),
  }
  const envoyless = await dumpOf(without)
  assert.throws(() => diffDumps(envoyless, envoy), /the control plane's dump has no clusters/)
  assert.throws(() => diffDumps(envoy, envoyless), /Envoy's dump has no clusters/)
  await assert.rejects(
    readDump(Buffer.from('Proxy not connected to this Pilot instance.\n'), 'istiod'),
    /is not an Envoy config dump/,
  )
})

test('endpoints that are not asked for are not compared', async () => {
  const diff = diffDumps(await dumpOf(dumpWith({})), await dumpOf(dumpWith({})))
  assert.equal(
    diff.kinds.find(({ kind }) => kind === 'endpoints')?.skipped,
    "the control plane's dump has no endpoints",
  )
  assert.equal(diff.match, true)
})

test('route configurations that no listener names any more are only left for chains that drain', async () => {
  const route = (name: string): Json => ({ name, virtual_hosts: [] })
  const listener = (name: string, ...routes: string[]): Json => ({
    name,
    filter_chains: routes.map((route_config_name) => ({
      filters: [{ name: 'http', typed_config: { rds: { route_config_name, config_source: { ads: {} } } } }],
    })),
  })
  const sent = dumpWith({ clusters: [], listeners: [listener('a', 'x')], routes: [route('x')] })
  const used = (listeners: Json[]) => dumpWith({ clusters: [], listeners, routes: [route('x'), route('old')] })
  const onlyInEnvoy = async (listeners: Json[]) => {
    const { kinds } = diffDumps(await dumpOf(sent), await dumpOf(used(listeners)))
    return kinds.find(({ kind }) => kind === 'routes')?.onlyInEnvoy
  }
  assert.deepEqual(await onlyInEnvoy([listener('a', 'x')]), [])
  assert.deepEqual(await onlyInEnvoy([listener('a', 'x', 'old')]), ['old'], 'one that is named is in use')
})
