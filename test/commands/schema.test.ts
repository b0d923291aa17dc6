import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { schemas } from '../../src/commands/schema/schemas.ts'
import { runProgram } from '../run-program.ts'
import { smallDump } from '../ztunnel/small-dump.ts'
import { startFakeAdmin } from './fake-admin.ts'

const published = fileURLToPath(new URL('../../docs/schemas/', import.meta.url))
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))
const fixture = (name: string) => join(fixtures, name)
const folder = mkdtempSync(join(tmpdir(), 'schema-'))
after(() => rmSync(folder, { recursive: true }))

const all = await schemas()

/** In tests a key that no schema knows is an error as well: what is printed must be documented. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return 'properties' in inner && !('additionalProperties' in inner) ? { ...inner, additionalProperties: false } : inner
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { 'date-time': isTime } })
const validators = new Map<string, ValidateFunction>(
  all.map(({ name, schema }) => [name, ajv.compile(JSON.parse(JSON.stringify(closed(schema))))]),
)

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text))
}

/** What was checked, so that no schema is left without real output. */
const checked = new Map<string, number>()

function check(name: string, value: unknown, what: string): void {
  const validate = validators.get(name)
  assert.ok(validate, `there is a schema ${name}`)
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(value).slice(0, 400)}`)
  checked.set(name, (checked.get(name) ?? 0) + 1)
}

/** Checks the rows or the document of a run of the program. */
async function run(name: string, argv: readonly string[], stdin?: string): Promise<void> {
  const isDocument = name.endsWith('-document')
  const { out, err } = await runProgram(
    [...argv, '-o', isDocument ? 'json' : 'jsonl'],
    stdin === undefined ? {} : { stdin },
  )
  assert.ok(!/^error: |defect/.test(err), `${argv.join(' ')}: ${err}`)
  const texts = isDocument ? [out] : out.split('\n').filter((line) => line !== '')
  for (const text of texts) check(name, JSON.parse(text), argv.join(' '))
}

test('docs/schemas has every schema as the program prints it', async () => {
  const texts = new Map(all.map(({ name, schema }) => [`${name}.json`, `${JSON.stringify(schema, undefined, 2)}\n`]))
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(published, { recursive: true })
    for (const stale of readdirSync(published)) if (!texts.has(stale)) rmSync(join(published, stale))
    for (const [file, text] of texts) writeFileSync(join(published, file), text)
  }
  assert.deepEqual(readdirSync(published).sort(), [...texts.keys()].sort())
  for (const [file, text] of texts) {
    assert.equal(readFileSync(join(published, file), 'utf8'), text, `${file} is stale: UPDATE_GOLDEN=1 npm test`)
    assert.equal((await runProgram(['schema', file.replace(/\.json$/, '')])).out, text)
  }
})

test('schema lists what there is, and names it when asked for another', async () => {
  const listed = (await runProgram(['schema', '--no-headers'])).out.split('\n').map((line) => line.split(' ')[0])
  assert.deepEqual(
    listed.filter(Boolean),
    all.map(({ name }) => name),
  )
  const { code, err } = await runProgram(['schema', 'cluster-rows'])
  assert.equal(code, 1)
  const { out: byAlias } = await runProgram(['schema', 'Cluster'])
  assert.equal(byAlias, (await runProgram(['schema', 'clusters'])).out)
  assert.match(err, /there is no schema "cluster-rows"\nThe schemas are: clusters, /)
})

test('a row with another version, a missing key or a cell of another type is refused', () => {
  const row = { schema: 'proxy-config/v1', kind: 'bootstrap', resource: 'a', fact: 'a', value: 'b' }
  const validate = validators.get('bootstrap')
  assert.equal(validate?.(row), true)
  const { value: _, ...short } = row
  for (const wrong of [short, { ...row, schema: 'proxy-config/v2' }, { ...row, value: 1 }, { ...row, more: '' }])
    assert.equal(validate?.(wrong), false, JSON.stringify(wrong))
})

test('rows of every kind of resource, of every captured dump', async () => {
  for (const file of globSync('*/config_dump.json', { cwd: fixtures })) {
    for (const kind of [
      'clusters',
      'listeners',
      'routes',
      'filters',
      'endpoints',
      'eds',
      'secrets',
      'ecds',
      'bootstrap',
      'scopes',
    ]) {
      const flags = ['listeners', 'routes'].includes(kind) ? [[], ['--verbose=false']] : [[]]
      for (const flag of flags) {
        const argv = [kind, '--file', fixture(file), ...flag]
        const { out } = await runProgram([...argv, '-o', 'jsonl'])
        for (const line of out.split('\n').filter(Boolean)) check(kind, JSON.parse(line), argv.join(' '))
      }
    }
    await run('certs', ['certs', '--file', fixture(file)])
    for (const name of ['lint', 'lint-document']) await run(name, ['lint', '--file', fixture(file), '--profile', 'all'])
    await run('authz', ['authz', '--file', fixture(file)])
    await run('authz-document', ['authz', '--file', fixture(file)])
  }
  await run('endpoints', ['endpoints', '--file', fixture('health/clusters.json')])
})

test('rules of lint', async () => {
  for (const name of ['lint-rules', 'lint-rules-document']) await run(name, ['lint', 'rules'])
})

test('a proxy status, its document, and differences', async () => {
  const type = (name: string) => `type.googleapis.com/envoy.config.${name}`
  const acked = { sent: '1', acked: '1', sentTime: '2025-12-31T23:59:48Z' }
  const syncz = join(folder, 'syncz.json')
  writeFileSync(
    syncz,
    JSON.stringify([
      {
        cluster_id: 'Kubernetes',
        proxy: 'web.shop',
        proxy_type: 'sidecar',
        istio_version: '1.31.0',
        resources: {
          [type('cluster.v3.Cluster')]: acked,
          [type('listener.v3.Listener')]: { ...acked, sent: '2', lastError: 'no' },
          'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret': acked,
        },
      },
    ]),
  )
  const pairs = [
    ['sidecar', 'sidecar-1.38.3'],
    ['warming', 'sidecar'],
    ['rejected', 'sidecar'],
  ].map(([envoy = '', other = '']) => [
    'status',
    '--file',
    fixture(`${envoy}/config_dump.json`),
    '--control-plane-file',
    fixture(`${other}/config_dump.json`),
  ])
  for (const format of ['', '-document']) {
    await run(`status${format}`, ['status', '--control-plane-file', syncz])
    await run(`status${format}`, ['status', '--file', fixture('rejected/config_dump.json')])
    for (const pair of pairs) await run(`diff${format}`, pair)
    for (const others of [['sidecar-1.38.3'], ['rejected'], ['rejected', 'sidecar']])
      await run(`difference${format}`, [
        'diff',
        ...['sidecar', ...others].flatMap((name) => ['--file', fixture(`${name}/config_dump.json`)]),
      ])
  }
})

test('traces and the cases of requests files', async () => {
  const traced: readonly (readonly [string, ...string[]])[] = [
    ['sidecar', 'http://reviews:9080/reviews/1'],
    ['sidecar', 'http://reviews:9080/', '-H', 'end-user=jason'],
    ['sidecar', 'http://reviews:9080/health'],
    ['sidecar', 'http://nowhere:1/'],
    ['sidecar', 'http://reviews:9080/', '--random', '7'],
    ['gateway', 'https://bookinfo.example.com/'],
    ['gateway', 'http://bookinfo.example.com/'],
    ['aggregate', 'http://aggregate/'],
    ['health', 'http://health/'],
    ['authz', 'http://10.0.0.1:8080/admin'],
    ['tcp', 'tcp://10.0.0.1:3306'],
    ['internal', 'http://internal/'],
  ]
  for (const [name, ...argv] of traced) {
    const words = ['trace', '--file', fixture(`${name}/config_dump.json`), ...argv]
    await run('trace', words)
    await run('trace-document', words)
  }
  const cases = join(folder, 'cases.json')
  const request = { url: 'http://reviews:9080/', headers: { 'end-user': 'jason' } }
  writeFileSync(
    cases,
    JSON.stringify([
      { request, expect: { route: 'testers' } },
      { request, expect: { cluster: 'x' } },
    ]),
  )
  const checks = join(folder, 'checks.json')
  const input = { authority: 'reviews', path: '/', method: 'GET' }
  writeFileSync(checks, JSON.stringify([{ test_name: 'a', input, validate: { cluster_name: 'x' } }]))
  const argv = ['trace', '--file', fixture('sidecar/config_dump.json')]
  for (const name of ['cases', 'cases-document']) {
    await run(name, [...argv, '--requests', cases])
    await run(name, [...argv, '--requests', checks, '--route-configuration', '9080'])
  }
})

/** A log with kinds that have all that a kind can have, and lines that are none. */
const explained = `starting
{"start_time":"2026-01-01T10:00:00Z","response_code":503,"response_flags":"UF,URX,XX","response_code_details":"own","upstream_cluster":"a","route_name":"r","duration":3,"grpc_status":"Unavailable","upstream_host":"10.0.0.1:80","authority":"a:80"}
{"start_time":"2026-01-01T10:00:01Z","response_code":200,"response_flags":"-","upstream_cluster":"a","duration":3}
`

test('analyses of proxies', async () => {
  const dump = (name: string) => ['--file', fixture(`${name}/config_dump.json`)]
  for (const format of ['', '-document']) {
    await run(`authz-request${format}`, ['authz', ...dump('authz'), '--request', 'GET /admin', '--port', '8080'])
    await run(`describe${format}`, ['describe', 'service', 'reviews', ...dump('sidecar')])
    await run(`explain${format}`, ['explain', ...dump('sidecar'), '--log', '-', '--all', '--verify'], explained)
    await run(`rootca-compare${format}`, ['rootca-compare', ...dump('sidecar'), ...dump('gateway')])
  }
})

test('pages of a live proxy', async () => {
  const page = (name: string) => readFileSync(fixture(`sidecar/${name}.json`), 'utf8')
  const levels = new Map([['http', 'warning']])
  const { url, close } = await startFakeAdmin((method, path, query) => {
    if (path === '/logging') {
      if (method !== 'POST') return { status: 405, body: '' }
      for (const [name, level] of query) levels.set(name, level)
      return `active loggers:\n${[...levels].map(([name, level]) => `  ${name}: ${level}\n`).join('')}\n`
    }
    if (path === '/config_dump') return page('config_dump')
    if (path === '/stats') return query.get('format') === 'json' ? page('stats') : 'server.live: 1\na: P0(nan,1)\n'
    if (path === '/clusters') return page('clusters')
    if (path === '/server_info') return page('server_info')
    return undefined
  })
  try {
    await run('info', ['info', '--url', url])
    await run('stats', ['stats', '--url', url])
    await run('trace-document', ['trace', '--traffic', 'http://reviews:9080/', '--url', url])
    for (const kind of ['clusters', 'endpoints', 'routes'])
      for (const interval of [[], ['--interval', '100ms']])
        for (const schema of [`${kind}-traffic`, `${kind}-traffic-document`])
          await run(schema, [kind, '--traffic', ...interval, '--url', url])
    await run('stats-clusters', ['stats', '--type', 'clusters', '--url', url])
    await run('log', ['log', '--url', url])
    await run('log', ['log', '--url', url, '--level', 'http:debug'])
  } finally {
    await close()
  }
})

test('what a capture holds', async () => {
  const file = join(folder, 'capture.zip')
  const dumps = ['sidecar', 'gateway'].flatMap((name) => ['--file', fixture(`${name}/config_dump.json`)])
  await run('capture', ['capture', ...dumps, '--to', file])
  await run('capture-document', ['capture', 'show', file])
})

test('files that were added to a folder', async () => {
  for (const name of ['export', 'export-document'])
    await run(name, ['export', '--file', fixture('sidecar/config_dump.json'), '--dir', join(folder, 'dataset')])
})

test('rows of several proxies, folded', async () => {
  const dumps = ['sidecar', 'gateway', 'health'].flatMap((name) => ['--file', fixture(`${name}/config_dump.json`)])
  for (const name of ['group', 'group-document'])
    for (const kind of ['clusters', 'routes', 'eds', 'secrets']) await run(name, [kind, ...dumps, '--group'])
})

test('what happens while a proxy is watched', async () => {
  let version = 0
  const names = ['sidecar', 'rejected', 'gateway']
  const { url, close } = await startFakeAdmin((_, path) => {
    if (path === '/stats') return `cluster_manager.cds.version: ${version++}\n`
    const name = names[Math.min(version, names.length) - 1] ?? 'sidecar'
    return path === '/config_dump' ? readFileSync(fixture(`${name}/config_dump.json`), 'utf8') : undefined
  })
  await run('watch', ['watch', '--url', url, '--interval', '100ms', '--events', '20'])
  await close()
})

test('what was waited for', async () => {
  const dump = ['--file', fixture('sidecar/config_dump.json'), '--timeout', '0s']
  await run('wait', ['wait', ...dump, '--for', 'route-to=a:http://details:9080/'])
  await run('wait', ['wait', ...dump, '--for', 'synced'])
})

test('what a ztunnel has', async () => {
  for (const kind of ['workloads', 'services', 'policies', 'certificates', 'connections'])
    await run(`ztunnel-${kind}`, ['ztunnel', kind, '--file', '-'], JSON.stringify(smallDump))
})

test('every schema was held against real output', (t) => {
  t.diagnostic(JSON.stringify(Object.fromEntries(checked)))
  assert.deepEqual(
    all.flatMap(({ name }) => (checked.has(name) ? [] : [name])),
    [],
  )
})
