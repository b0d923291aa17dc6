import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { complete } from '../../src/cli/completion/complete.ts'
import { filterValues } from '../../src/cli/completion/filter-values.ts'
import type { Lookups } from '../../src/cli/completion/lookups.ts'
import { printCompletion } from '../../src/cli/completion/print-completion.ts'
import { commands } from '../../src/commands/index.ts'
import type { IO } from '../../src/contract/io.ts'
import { readDump } from '../../src/envoy/input/read-dump.ts'
import { pipeFree } from '../../src/envoy/text/pipe-free.ts'
import { resourceKinds } from '../../src/resources/index.ts'
import { rowsOf } from '../../src/resources/resource-table.ts'
import { startFakeAdmin } from '../commands/fake-admin.ts'
import { noFiles, noSpace, strict, texts } from './completed-texts.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/sidecar/${name}`, import.meta.url))

/** The program's own answer, through the dump reader and kubeconfig: nothing but stdout may be written. */
async function printed(words: readonly string[], env: IO['env'] = {}): Promise<string> {
  let out = ''
  const io: IO = {
    env: { HOME: '/nonexistent', ...env },
    cwd: '/',
    invokedAs: 'kubectl-proxy_config',
    stdin: () => assert.fail('stdin belongs to the terminal'),
    stdinIsTTY: true,
    stderrIsTTY: true,
    stdoutColumns: undefined,
    write: async (text) => {
      out += text
      return true
    },
    warn: (text) => assert.fail(`stderr got ${text}`),
    now: () => new Date(0),
    pageTemplate: () => assert.fail('no page is written'),
    self: ['none'],
    signal: new AbortController().signal,
  }
  assert.equal(await printCompletion(words, commands, io), 0)
  return out
}

test('levels, and loggers of the proxy', async () => {
  const lookups = { loggers: async () => ['http', 'http2', 'router'] }
  assert.deepEqual(await texts(['log', 'pod', '--level', 'de'], lookups), ['debug'])
  assert.deepEqual(await texts(['log', 'pod', '--level', 'ht'], lookups), ['http:', 'http2:'])
  assert.deepEqual(await texts(['log', 'pod', '--level=http:de']), ['http:debug'])
  assert.deepEqual(await texts(['log', 'pod', '--level', 'http:debug,ro'], lookups), ['http:debug,router:'])
  const { directive } = await complete(['log', '--level', 'ro'], commands, () => ({ ...strict, ...lookups }))
  assert.equal(directive, noFiles | noSpace)
  assert.deepEqual(await texts(['log', '--level', 'w'], { loggers: async () => assert.fail('no proxy') }), ['warning'])
  assert.deepEqual(await texts(['ztunnel', 'log', '--level', 'ztunnel::proxy:t']), ['ztunnel::proxy:trace'])
})

test('loggers are read from a live proxy', async () => {
  const admin = await startFakeAdmin((method, path) =>
    method === 'POST' && path === '/logging' ? 'active loggers:\n  admin: info\n  http: info\n' : undefined,
  )
  try {
    assert.equal(await printed(['log', '--url', admin.url, '--level', 'a']), 'admin:\n:6\n')
  } finally {
    await admin.close()
  }
})

test('without a cluster, types are still offered', async () => {
  const objects = async () => Promise.reject(new Error('refused'))
  assert.ok((await texts(['clusters', ''], { objects })).includes('deploy/'))
})

test("names of the cluster; --cluster is Envoy's where the command has one of its own", async () => {
  const lookups = {
    namespaces: async () => ['default', 'edge'],
    contexts: async () => ['kind'],
    kubeClusters: async () => ['kind-cluster'],
    users: async () => ['admin'],
    containers: async () => ['istio-proxy'],
    filterValues: async () => [['outbound|80||a']],
  }
  assert.deepEqual(await texts(['clusters', '-n', 'e'], lookups), ['edge'])
  assert.deepEqual(await texts(['clusters', '--context', ''], lookups), ['kind'])
  assert.deepEqual(await texts(['clusters', '--cluster', ''], lookups), ['kind-cluster'])
  assert.deepEqual(await texts(['clusters', '--user', ''], lookups), ['admin'])
  assert.deepEqual(await texts(['clusters', 'pod', '-c', ''], lookups), ['istio-proxy'])
  assert.deepEqual(await texts(['endpoints', '--cluster', ''], lookups), ['outbound_.80_._.a'])
  assert.deepEqual(await texts(['endpoints', '--kube-cluster', ''], lookups), ['kind-cluster'])
})

test('a name that could upset a terminal, or forge a line of the protocol, is left out', async () => {
  const objects = async () => ['good', 'bad\u001b[2J', 'two\nlines', 'a\tb', 'c1\u009b']
  assert.deepEqual((await texts(['clusters', ''], { objects })).slice(0, 2), ['good', 'deploy/'])
})

test('names inside the proxy, from a file, narrowed by the filters given', async () => {
  const dump = ['--file', fixture('config_dump.json')]
  assert.match(await printed(['clusters', ...dump, '--fqdn', 're']), /^reviews\.default\.svc\.cluster\.local\n:4\n$/m)
  assert.equal(await printed(['clusters', ...dump, '--fqdn', 'reviews', '--port', '']), '9080\n:4\n')
  assert.equal(await printed(['clusters', ...dump, '--fqdn=reviews', '--port=']), '9080\n:4\n')
  assert.match(await printed(['listeners', ...dump, '--port', '']), /^9080$/m)
  assert.match(await printed(['routes', ...dump, '--name', '']), /^9080$/m)
  assert.match(await printed(['routes', ...dump, '--name', '9080', '--domain', 'det']), /^details$/m)
  assert.equal(
    await printed(['clusters', ...dump, '--fqdn', 'outbound|9080||d']),
    'outbound_.9080_._.details.default.svc.cluster.local\n:4\n',
    'a full name, for who types one',
  )
  const endpoints = await printed(['endpoints', '--file', fixture('clusters.json'), '--cluster', 'outbound|9080||rev'])
  assert.equal(endpoints, 'outbound_.9080_._.reviews.default.svc.cluster.local\n:4\n')
})

test('every text that is offered for a filter is one that the filter accepts', async () => {
  const now = new Date(0)
  let values = 0
  for (const file of globSync('../fixtures/*/config_dump.json', { cwd: import.meta.dirname })) {
    const dump = await readDump(readFileSync(join(import.meta.dirname, file)), file)
    for (const resourceKind of resourceKinds.filter(({ entries }) => dump.has(entries)))
      for (const { name } of resourceKind.filters)
        for (const text of filterValues({ resourceKind, filter: name, dump, wanted: {}, now }).flat().map(pipeFree)) {
          values++
          const rows = rowsOf(resourceKind.fallback?.(dump) ?? resourceKind, dump, { wanted: { [name]: text }, now })
          assert.notDeepEqual(rows, [], `${resourceKind.name} --${name} ${text}, ${file}`)
        }
  }
  assert.ok(values > 1000, `${values}`)
})

test('never an error: no cluster, no file, a broken file, an unknown word, standard input', async () => {
  const quiet = [
    ['clusters', '-n', ''],
    ['clusters', '--context', ''],
    ['clusters', '--file', '/nonexistent', '--fqdn', ''],
    ['clusters', '--file', '-', '--fqdn', ''],
    ['clusters', '--file', fixture('stats.json'), '--fqdn', ''],
    ['clusters', '--unknown', 'x', '--fqdn', ''],
    ['clusters', '--kubeconfig', '/nonexistent', '--context', ''],
    ['clusters', '--fqdn', ''],
    ['nonsense', ''],
    [],
  ]
  for (const words of quiet) {
    const server = { KUBECONFIG: '/nonexistent' }
    assert.match(await printed(words, server), /(?:^|\n):\d+\n$/, words.join(' '))
  }
  assert.match(await printed(['clusters', '--server', 'http://127.0.0.1:1', '']), /^deploy\/\n[\s\S]*:6\n$/)
})

test('names with anything that a shell acts on: without pipes, or not at all, from whatever they are looked up in', async () => {
  const bad = [
    'a$(touch x)b',
    'a`x`',
    'a;b',
    "a'b",
    'a"b',
    'a b',
    'a*',
    'a?',
    'a[b]',
    'a{b,c}',
    '~a',
    'a!b',
    '-a',
    '--kubeconfig',
  ]
  const worse = [
    'a\\b',
    'a&b',
    'a<b',
    'a>b',
    'a#b',
    '=a',
    '%1',
    '@a',
    '+a',
    ',a',
    ':4',
    'a\nb',
    'a\tb',
    'a\rb',
    'a^b',
    'ä',
    'a\u202eb',
    '',
  ]
  const all = [...bad, ...worse, 'a|b', 'outbound|80|v1|a.b', 'gke_a@b:c/d']
  const good = ['gke_a@b:c/d']
  const inProxy = ['a_.b', 'outbound_.80_.v1_.a.b', ...good]
  const names = async () => all
  const places = async () => all.map((name) => [name])
  const lookups = {
    contexts: names,
    kubeClusters: names,
    users: names,
    namespaces: names,
    objects: names,
    containers: names,
    loggers: names,
    urls: places,
    filterValues: places,
  } satisfies Lookups
  for (const words of [
    ['clusters', '--context', ''],
    ['endpoints', '--kube-cluster', ''],
    ['clusters', '--user', ''],
    ['clusters', '-n', ''],
    ['clusters', 'p', '-c', ''],
    ['describe', 'service', ''],
  ])
    assert.deepEqual(await texts(words, lookups), good, words.join(' '))
  for (const words of [
    ['clusters', '--fqdn', ''],
    ['endpoints', '--cluster='],
    ['trace', '-f', 'x', ''],
  ])
    assert.deepEqual(await texts(words, lookups), inProxy, words.join(' '))
  assert.deepEqual(
    await texts(['clusters', 'deploy/'], lookups),
    good.map((name) => `deploy/${name}`),
  )
  assert.deepEqual(await texts(['clusters', 'a'], lookups), [], 'no pod has that name')
  assert.deepEqual(await texts(['log', 'p', '--level', 'gke'], lookups), ['gke_a@b:c/d:'])
  assert.deepEqual(
    await texts(['log', 'p', '--level', '$(x):de'], lookups),
    [],
    'what is typed is not given back either',
  )
  assert.deepEqual(await texts(['endpoints', '--cluster', 'outbound|80'], lookups), ['outbound_.80_.v1_.a.b'])
})
