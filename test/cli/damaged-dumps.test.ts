import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { load } from 'js-yaml'
import { runProgram } from '../run-program.ts'
import { assertRefused, clusters, dump } from './refused-input.ts'

test('a compressed dump that is cut short shows what is whole', async () => {
  const { code, err } = await clusters(gzipSync(dump).subarray(0, 20_000))
  assert.match(err, /is a gzip file that is cut short\.\n|is cut short at line/)
  assert.equal(code, 0)
})

test('log lines with a prefix, and a second document, are told', async () => {
  const expected = (await clusters(dump)).out
  for (const prefix of ['[istio-proxy] ', '2026-01-01T10:00:00.123456789Z ', '[pod/a-b-c/istio-proxy] ']) {
    const logged = dump
      .toString()
      .split('\n')
      .map((line) => `${prefix}${line}`)
      .join('\n')
    const found = await clusters(logged)
    assert.equal(found.out, expected, prefix)
    assert.match(found.err, /Stripped the log prefix from each line/)
  }
  assert.match((await clusters(`${dump}\n${dump}`)).err, /holds another document after the dump, which is not read/)
})

test('a dump cut anywhere shows what is whole, or says where it ends', async () => {
  let seed = 7
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let round = 0; round < 20; round++) {
    const end = Math.floor(random() * (dump.length - 2)) + 1
    const cut = dump.subarray(0, end)
    const outcome = await clusters(cut)
    const position = `line ${cut.toString().split('\n').length}, column \\d+`
    assert.match(outcome.err, new RegExp(`cut short at ${position}`), `cut at ${end}`)
    assert.doesNotMatch(outcome.err, /\n {4}at |defect/)
    const isWhole = outcome.out !== '' && !/inside envoy\.admin\.v3\.ClustersConfigDump/.test(outcome.err)
    assert.equal(outcome.code, isWhole ? 0 : 1, `cut at ${end}`)
  }
})

test('whole entries of the section that is cut are shown', async () => {
  const at = dump.indexOf('"name": "outbound|9080|v2|reviews')
  const { code, out, err } = await clusters(dump.subarray(0, at))
  assert.equal(code, 1, 'the answer is incomplete')
  assert.match(err, /is cut short at line \d+, column \d+, inside envoy\.admin\.v3\.ClustersConfigDump/)
  assert.ok(out.split('\n').length > 3)
})

test('a broken section does not hide the others', async () => {
  const text = dump.toString().replace('"dynamic_listeners": [', '"dynamic_listeners": [ oops,')
  assert.equal((await clusters(text)).code, 0)
  const broken = await runProgram(['listeners', '--file', '-'], { stdin: text })
  assertRefused(broken, /is broken JSON at line \d+, column \d+, inside envoy\.admin\.v3\.ListenersConfigDump/)
  const line = Number(/line (\d+)/.exec(broken.err)?.[1])
  assert.match(text.split('\n')[line - 1] ?? '', /oops/)
})

test('a dump that is cut, and damaged before that, says where', async () => {
  const cluster = (text: string) => `{"cluster":{"name":${text}}}`
  const head =
    '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","dynamic_active_clusters":['
  assertRefused(
    await clusters(`${head}\n${cluster('"a" oops')},\n${cluster('"b"')},{"clu`),
    /is broken JSON at line 2, column 24, inside envoy\.admin\.v3\.ClustersConfigDump/,
  )
})

test('duplicate keys: sections are all read, inside one the last value stands', async () => {
  const section = (name: string) =>
    `{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"x","name":"${name}"}}]}`
  const { out } = await clusters(`{"configs":[${section('a')}],"configs":[${section('b')}]}`, '-o', 'name')
  assert.equal(out, 'cluster/a\ncluster/b\n')
})

test('490 levels inside a resource are printed, none lost; more are refused', async () => {
  const nested = (levels: number) => {
    const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    return `{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"x","metadata":${deep}}}]}]}`
  }
  const { code, out } = await clusters(nested(490), '-o', 'json')
  assert.equal(code, 0)
  assert.equal(out.match(/"a":/g)?.length, 490)
  assert.deepEqual(load((await clusters(nested(490), '-o', 'yaml')).out, { maxDepth: 500 }), JSON.parse(out))
  assertRefused(await clusters(nested(500)), /ClustersConfigDump, is nested more than 500 levels deep, and is not read/)
})

test('invalid UTF-8 is read with a note', async () => {
  const text = Buffer.from(
    '{"configs":[{"@type":"type.googleapis.com/envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"name":"a\xff"}}]}]}',
    'latin1',
  )
  const { out, err } = await clusters(text)
  assert.match(out, /a\ufffd/)
  assert.match(err, /not valid UTF-8/)
})

test('a dump is found whatever it is wrapped in', async () => {
  const expected = (await clusters(dump)).out
  const noisy = `Defaulted container "app" out of: app, istio-proxy\n[2026-01-01 10:00:00] {"not": "it"}\n${dump}\n$ exit\n`
  const found = await clusters(noisy)
  assert.equal(found.out, expected)
  assert.match(found.err, /Skipped 2 lines before the dump/)
  assert.match(found.err, /Skipped \d+ bytes after the dump/)
  assert.equal((await clusters(gzipSync(dump))).out, expected)
  assert.equal((await clusters(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), dump]))).out, expected)
  assert.equal((await clusters(Buffer.from(`\ufeff${dump}`, 'utf16le'))).out, expected)
  assert.equal((await clusters(JSON.stringify({ xds: { 'default/eg': JSON.parse(dump.toString()) } }))).out, expected)
})

test('a configuration file and a lone route table are read as what Envoy would load of them', async () => {
  const table =
    'name: web\nvirtual_hosts:\n- name: a\n  domains: ["*"]\n  routes:\n  - {match: {prefix: /}, route: {cluster: c}}\n'
  const routes = (stdin: string) => runProgram(['routes', '--file', '-'], { stdin })
  assert.match((await routes(table)).out, /^web +a +\* +\/\* +c$/m)
  const manager = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    routeConfig: {
      name: 'web',
      virtualHosts: [{ name: 'a', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'c' } }] }],
    },
  }
  const config = {
    staticResources: { listeners: [{ name: 'l', filterChains: [{ filters: [{ name: 'x', typedConfig: manager }] }] }] },
  }
  assert.match((await routes(JSON.stringify(config))).out, /^web +a +\* +\/\* +c$/m)
})
