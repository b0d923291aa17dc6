import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FakeAdmin, startFakeAdmin } from '../fake-admin.ts'
import { istiodPod, meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { readLines } from './read-lines.ts'

/** What is answered, one step for each time; the last stays. */
let steps: string[] = []
let admin: FakeAdmin
let mesh: RunningMesh
let pods: string[] = []

const next = () => (steps.length > 1 ? steps.shift() : steps[0]) ?? ''

/** `/clusters` with these hosts: `10.0.0.1 HEALTHY`. */
function clusters(...hosts: string[]): string {
  const statuses = hosts.map((host) => {
    const [address = '', health = ''] = host.split(' ')
    return {
      address: { socket_address: { address, port_value: 80 } },
      health_status: { eds_health_status: health },
    }
  })
  return JSON.stringify({ cluster_statuses: [{ name: 'reviews', host_statuses: statuses }] })
}

const envoyCluster = 'type.googleapis.com/envoy.config.cluster.v3.Cluster'

/** `/debug/syncz` of an istiod with one proxy. */
function syncz(acked: string, sentTime = '2025-12-31T23:59:48Z'): string {
  const resources = { [envoyCluster]: { sent: 'n2', acked, sentTime } }
  return JSON.stringify([{ cluster_id: 'Kubernetes', proxy: 'web-1.shop', istio_version: '1.31.0', resources }])
}

before(async () => {
  admin = await startFakeAdmin((_, path) => (path === '/clusters' ? next() : undefined))
  mesh = await startMesh({
    get pods() {
      return [istiodPod('istiod-a'), ...pods.map((name) => meshPod(name, 'shop', { labels: { app: 'web' } }))]
    },
    answer(pod, port, path) {
      if (port === 15014) return path === 'debug/syncz' ? next() : undefined
      if (!path.startsWith('clusters')) return undefined
      const step = pod === 'web-1' ? next() : clusters('10.0.0.9 HEALTHY')
      return step === 'down' ? { status: 503, body: 'down' } : step
    },
  })
})

after(async () => {
  await admin.close()
  await mesh.close()
})

const interval = ['--watch-interval', '100ms']

const endpoints = (lines: number, given: readonly string[], ...argv: string[]) => {
  steps = [...given]
  return readLines(['endpoints', '--url', admin.url, ...interval, ...argv], lines)
}

/** Of the cluster, until so many lines have come. */
const inMesh = (lines: number, given: readonly string[], ...argv: string[]) => {
  steps = [...given]
  const { url, caFile } = mesh.api
  return readLines([...argv, ...interval, '--server', url, '--certificate-authority', caFile, '--token', 'x'], lines)
}

const calm = clusters('10.0.0.1 HEALTHY', '10.0.0.2 HEALTHY')
const sick = clusters('10.0.0.1 UNHEALTHY', '10.0.0.2 HEALTHY')

test('-w prints the table, then each row whose state changes, under the same header', async () => {
  const { code, out, err } = await endpoints(4, [calm, calm, sick, sick], '-w')
  assert.deepEqual([code, err], [0, ''])
  assert.equal(
    out,
    [
      'ENDPOINT      STATUS    OUTLIER CHECK   CLUSTER',
      '10.0.0.1:80   HEALTHY   OK              reviews',
      '10.0.0.2:80   HEALTHY   OK              reviews',
      '10.0.0.1:80   UNHEALTHY   OK              reviews',
      '',
    ].join('\n'),
  )
})

test('later rows stand below the columns of the first, also where they are narrower', async () => {
  const { out } = await endpoints(4, [sick, sick, calm], '-w')
  const lines = out.trimEnd().split('\n')
  assert.equal(lines[3], '10.0.0.1:80   HEALTHY     OK              reviews')
})

test('--watch-only leaves the table out, --output-watch-events says what happened', async () => {
  const gone = clusters('10.0.0.2 HEALTHY', '10.0.0.3 HEALTHY')
  const { out } = await endpoints(3, [calm, sick, gone], '--watch-only', '--output-watch-events', '-o', 'jsonl')
  const rows = out
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  assert.deepEqual(
    rows.map(({ event, endpoint, status }) => `${event} ${endpoint} ${status}`),
    ['MODIFIED 10.0.0.1:80 UNHEALTHY', 'ADDED 10.0.0.3:80 HEALTHY', 'DELETED 10.0.0.1:80 UNHEALTHY'],
  )
})

test('columns are as wide as the table that is left out, and as every event', async () => {
  const { out } = await endpoints(2, [sick, calm], '--watch-only', '--output-watch-events')
  assert.equal(
    out,
    [
      'EVENT      ENDPOINT      STATUS      OUTLIER CHECK   CLUSTER',
      'MODIFIED   10.0.0.1:80   HEALTHY     OK              reviews',
      '',
    ].join('\n'),
  )
})

test('Ctrl-C ends it with 130', async () => {
  steps = [calm]
  const { code, err } = await readLines(['endpoints', '--url', admin.url, ...interval, '-w'], 3, true)
  assert.deepEqual([code, err], [130, ''])
})

test('a proxy that does not answer is told once, and its rows stay; new pods come with their rows', async () => {
  pods = ['web-1', 'web-2']
  const { out, err } = await inMesh(
    5,
    [calm, 'down', 'down', 'down', 'down', calm, sick],
    ...['endpoints', '-l', 'app=web', '-n', 'shop', '-w', '--output-watch-events'],
  )
  const lines = out.trimEnd().split('\n')
  assert.equal(lines.length, 5, out)
  assert.match(lines[4] ?? '', /^MODIFIED +web-1\.shop +10\.0\.0\.1:80 +UNHEALTHY/)
  assert.match(err, /^\d\d:\d\d:\d\d {2}error: pod shop\/web-1: .*\n$/)
})

test('the rows of a proxy whose answer cannot be read stay', async () => {
  pods = ['web-1', 'web-2']
  const { out, err } = await inMesh(
    5,
    [calm, '{"cluster_statuses": [', calm, sick],
    ...['endpoints', '-l', 'app=web', '-n', 'shop', '-w', '--output-watch-events'],
  )
  const events = out.split('\n').map((line) => line.split(/ +/).slice(0, 3).join(' '))
  assert.deepEqual(events.slice(4), ['MODIFIED web-1.shop 10.0.0.1:80', ''], out)
  assert.match(err, /^\d\d:\d\d:\d\d {2}error: pod shop\/web-1: .*\n$/)
})

test('the only proxy may be away for a while', async () => {
  pods = ['web-1']
  const { code, out, err } = await inMesh(4, [calm, 'down', calm, sick], 'endpoints', 'web-1', '-n', 'shop', '-w')
  assert.equal(code, 0)
  assert.match(out, /10\.0\.0\.1:80 +UNHEALTHY +OK +reviews\n$/)
  assert.match(err, /^\d\d:\d\d:\d\d {2}error: .*\n$/)
})

test('proxy-status -w: an age is no change, a status is', async () => {
  pods = ['web-1']
  const given = [syncz('n2'), syncz('n2', '2025-12-31T23:50:00Z'), syncz('n1'), syncz('n1', '2025-12-31T23:50:00Z')]
  const { code, out } = await inMesh(3, given, 'status', '-w')
  assert.equal(code, 0)
  assert.deepEqual(
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/).slice(0, 3).join(' ')),
    ['NAME CLUSTER CDS', 'web-1.shop Kubernetes SYNCED (12s)', 'web-1.shop Kubernetes STALE (12s)'],
  )
})

for (const [counted, what] of [
  [true, 'a statistic moved'],
  [false, 'a secret was loaded anew, where no statistic says so'],
] as const)
  test(`secrets -w reads what is loaded again only when ${what}`, async () => {
    let version = 1
    let dumps = 0
    let polls = 0
    const secrets = await startFakeAdmin((_, path, query) => {
      if (path === '/stats') {
        polls += 1
        if (polls === 4) version = 2
        return `${counted ? `sds.default.version: ${version}\n` : ''}server.uptime: ${polls}\n`
      }
      if (path === '/certs') return '{"certificates": []}'
      if (path !== '/config_dump') return undefined
      if (query.get('resource') !== null) return JSON.stringify({ configs: [{ last_updated: `${version}` }] })
      dumps += 1
      return secretsNamed('default', ...(version === 1 ? [] : ['late']))
    })
    const { out, err } = await readLines(['secrets', '--url', secrets.url, ...interval, '-w', '-o', 'name'], 2)
    await secrets.close()
    assert.deepEqual([out, err], ['secret/default\nsecret/late\n', ''])
    assert.deepEqual([polls, dumps], [4, 2])
    assert.equal(secrets.requests.filter((request) => request.includes('/certs')).length, 2)
    assert.equal(
      secrets.requests.some((request) => request.includes('last_updated')),
      !counted,
    )
  })

function secretsNamed(...names: string[]): string {
  const type = '@type'
  const secret = (name: string) => ({ name, generic_secret: { secret: { inline_string: '[redacted]' } } })
  const dump = {
    [type]: 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
    dynamic_active_secrets: names.map((name) => ({ name, secret: secret(name) })),
  }
  return JSON.stringify({ configs: [dump] })
}

test('what a table cannot show row by row is refused', async () => {
  const wrong: readonly (readonly [argv: readonly string[], error: RegExp])[] = [
    [['endpoints', '--url', admin.url, '-w', '-o', 'yaml'], /--watch goes with -o table, wide, jsonl, csv, name/],
    [['endpoints', '--file', 'x', '-w'], /--watch does not go with --file/],
    [['endpoints', '--url', admin.url, '-w', '--odd'], /--watch does not go with --odd/],
    [['endpoints', '--url', admin.url, '-w', '--traffic'], /--watch does not go with --traffic/],
    [['secrets', '--url', admin.url, '-w', '--sort-by', 'type'], /--watch does not go with --sort-by/],
    [['secrets', '--url', admin.url, '-w', '--watch-interval', '1ms'], /--watch-interval needs a duration/],
    [['status', 'web-1', '-w'], /it does not go with the difference of one proxy/],
    [['status', '-w', '--exit-code'], /--watch does not go with --exit-code/],
  ]
  for (const [argv, error] of wrong) {
    const { code, err } = await readLines(argv, 1)
    assert.equal(code, 1)
    assert.match(err, error)
  }
})
