import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dumpWith } from '../../analyses/diff/dumps.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { readLines } from '../row-watch/read-lines.ts'

interface Step {
  readonly stats: Readonly<Record<string, number>>
  readonly timeout?: string
  /** What it says of when secrets were loaded. */
  readonly secrets?: string
  /** The dump ends before its end. */
  readonly cut?: true
  /** The pod answers with an error. */
  readonly down?: true
}

/** What each pod answers, one step for each time that its statistics are asked for; the last stays. */
const steps = new Map<string, Step[]>()
let pods: string[] = []
/** Whether pods may be listed now. */
let isListed = () => true
let dumpsRead = 0
let statsBytes = 0
let mesh: RunningMesh

before(async () => {
  mesh = await startMesh({
    get hidden() {
      return isListed() ? [] : ['', 'shop']
    },
    get pods() {
      return pods.map((name) => meshPod(name, 'shop', { labels: { app: 'web' } }))
    },
    answer(name, _, path) {
      const own = steps.get(name) ?? []
      if (path.startsWith('stats')) {
        const now = own.length > 1 ? own.shift() : own[0]
        current.set(name, now)
        if (now?.down) return { status: 503, body: 'down' }
        const text = Object.entries(now?.stats ?? {})
          .map(([key, value]) => `${key}: ${value}\n`)
          .join('')
        statsBytes += text.length
        return text
      }
      if (!path.startsWith('config_dump')) return undefined
      if (path.includes('resource=dynamic_active_secrets')) return current.get(name)?.secrets ?? '{}'
      dumpsRead++
      const { timeout = '1s' } = current.get(name) ?? {}
      const version = '@type'
      const bootstrap = { [version]: 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: {} }
      const { configs } = dumpWith({ clusters: [{ name: 'c', connect_timeout: timeout }] })
      const text = JSON.stringify({ configs: [bootstrap, ...(Array.isArray(configs) ? configs : [])] })
      return current.get(name)?.cut ? text.slice(0, -200) : text
    },
  })
})
const current = new Map<string, Step | undefined>()

after(() => mesh.close())

/** Watches until so many lines have come, which takes as long as the machine needs. */
async function watched(given: Record<string, Step[]>, events: number, ...argv: string[]) {
  start(given)
  return mesh.run(...asked, '--events', String(events), ...argv)
}

const asked = ['watch', '-l', 'app=web', '-n', 'shop', '--interval', '100ms']

function start(given: Record<string, Step[]>): void {
  steps.clear()
  current.clear()
  for (const [name, own] of Object.entries(given)) steps.set(name, [...own])
  pods = Object.keys(given)
  dumpsRead = 0
  statsBytes = 0
}

const calm: Step = {
  stats: { 'cluster_manager.cds.version': 1, 'control_plane.connected_state': 1, 'server.uptime': 5 },
}

test('a change is a line with its time, and nothing is printed of a proxy that does not change', async () => {
  const changed: Step = { stats: { ...calm.stats, 'cluster_manager.cds.version': 2 }, timeout: '5s' }
  const { code, out, err } = await watched({ 'web-1': [calm, calm, changed], 'web-2': [calm] }, 1)
  assert.equal(code, 0, err)
  assert.match(out, /^\d\d:\d\d:\d\d {2}web-1\.shop {2}clusters c {2}connect_timeout 1s -> 5s\n$/)
  assert.match(err, /Watching 2 proxies\./)
  assert.equal(dumpsRead, 3, 'each once, and the one that changed again')
})

test('-o jsonl has a row for each event', async () => {
  const changed: Step = { stats: { ...calm.stats, 'cluster_manager.cds.version': 2 }, timeout: '5s' }
  const { out } = await watched({ 'web-1': [calm, changed] }, 1, '-o', 'jsonl')
  const row: Record<string, unknown> = JSON.parse(out)
  assert.deepEqual(
    [row.proxy, row.event, row.resourceKind, row.name, row.change],
    ['web-1.shop', 'changed', 'clusters', 'c', 'connect_timeout 1s -> 5s'],
  )
})

for (const [what, next, line] of [
  [
    'a lost connection',
    { stats: { ...calm.stats, 'control_plane.connected_state': 0 } },
    'connection to the control plane lost',
  ],
  [
    'a rejected update',
    { stats: { ...calm.stats, 'cluster_manager.cds.update_rejected': 1 } },
    'clusters  rejected an update: the dump holds no reason',
  ],
  ['a restart', { stats: { ...calm.stats, 'server.uptime': 1 } }, 'proxy  restarted'],
  [
    'a proxy that does not answer',
    { stats: {}, down: true },
    'proxy  does not answer: port 15000 of pod "web-1" in namespace "shop" answered HTTP status 503 to /stats?…: down\n',
  ],
] as const)
  test(`${what} is told once`, async () => {
    const changed: Step = { stats: { ...next.stats, 'cluster_manager.cds.version': 7 }, timeout: '5s' }
    const { out } = await watched({ 'web-1': [calm, next, next, changed] }, 2)
    assert.equal(out.split(line).length - 1, 1, out)
  })

test('a proxy that answers again is read on', async () => {
  const changed: Step = { stats: { ...calm.stats, 'cluster_manager.cds.version': 2 }, timeout: '5s' }
  const { out } = await watched({ 'web-1': [calm, { stats: {}, down: true }, changed] }, 3)
  assert.match(out, /does not answer.*\n.*answers again\n.*connect_timeout 1s -> 5s\n/)
})

test('a dump that comes cut short is no change, and is read again', async () => {
  const next = (version: number) => ({ ...calm.stats, 'cluster_manager.cds.version': version })
  const cut: Step = { stats: next(2), timeout: '5s', cut: true }
  const { out } = await watched({ 'web-1': [calm, cut, { stats: next(2), timeout: '5s' }] }, 3, '--for', '20s')
  assert.match(out, /does not answer: .*cut short.*\n.*answers again\n.*connect_timeout 1s -> 5s\n/)
  assert.doesNotMatch(out, /removed/)
})

test('pods that cannot be looked up are a note each time that it begins', async () => {
  const down: Step = { stats: {}, down: true }
  // Pods are looked up while a proxy does not answer.
  const given = [calm, down, down, down, calm, down, down, calm]
  const left = () => steps.get('web-1')?.length ?? 0
  isListed = () => ![6, 5, 2, 1].includes(left())
  try {
    let looks = 0
    start({ 'web-1': given })
    const { url, caFile } = mesh.api
    const { out, err } = await readLines(
      [...asked, '--events', '4', '--server', url, '--certificate-authority', caFile, '--token', 'x'],
      10,
      false,
      () => new Date(Date.UTC(2026, 0, 1) + 1000 * looks++),
    )
    assert.equal(out.match(/answers again/g)?.length, 2, out)
    assert.equal(err.match(/^\d\d:\d\d:\d\d {2}pods could not be looked up: .*/gm)?.length, 2, err)
  } finally {
    isListed = () => true
  }
})

test('flags are told when they are wrong', async () => {
  for (const argv of [
    ['--interval', '1ms'],
    ['--interval', 'x'],
    ['--for', 'soon'],
    ['-o', 'yaml'],
  ]) {
    const { code, err } = await mesh.run('watch', '-l', 'app=web', ...argv)
    assert.equal(code, 1)
    assert.match(err, /^error: (?:--(?:interval|for) needs a duration|unable to match a printer)/)
  }
})

test('the statistics of a proxy that does not change are a few hundred bytes a time; --for ends', async () => {
  steps.clear()
  steps.set('web-1', [calm])
  pods = ['web-1']
  statsBytes = 0
  const { code, out } = await mesh.run('watch', '-l', 'app=web', '-n', 'shop', '--interval', '100ms', '--for', '300ms')
  assert.deepEqual([code, out], [0, ''])
  assert.ok(statsBytes > 0 && statsBytes < 5 * 200)
})

test('secrets that no statistic counts are looked at each sixth time', async () => {
  const rotated: Step = { ...calm, secrets: '{"configs": [{"last_updated": "2"}]}', timeout: '5s' }
  const { out } = await watched({ 'web-1': [...Array.from({ length: 6 }, () => calm), rotated] }, 1, '--for', '20s')
  assert.match(out, /connect_timeout 1s -> 5s\n$/)
  assert.equal(dumpsRead, 2)
})
