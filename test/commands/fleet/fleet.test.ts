import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startWords } from '../../run-program.ts'
import { meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { dumpOf } from './small-dump.ts'

const count = 40
const nameOf = (at: number) => `web-${String(at).padStart(2, '0')}`
const pods = Array.from({ length: count }, (_, at) => meshPod(nameOf(at), 'default', { labels: { app: 'web' } }))

/** What a pod answers; `silent` is never answered. */
const answers = new Map<string, 'refused' | 'silent' | 'busy'>()
/** How often each was asked. */
const asked = new Map<string, number>()

let mesh: RunningMesh
before(async () => {
  mesh = await startMesh({
    pods,
    answer(pod, _port, path) {
      const special = answers.get(pod)
      if (special === 'refused' || special === 'silent') return special
      if (path === '') return undefined
      asked.set(pod, (asked.get(pod) ?? 0) + 1)
      return dumpOf('shared', ...(pod === nameOf(7) ? ['only-here'] : []), ...(pod === nameOf(3) ? [] : ['nearly']))
    },
  })
})
after(() => mesh.close())

test('rows come in the order of the proxies, in every format', async () => {
  for (const format of ['table', 'csv', 'jsonl']) {
    const { code, out, err } = await mesh.run('clusters', '-A', '--fqdn', 'shared', '-o', format)
    assert.deepEqual([code, err], [0, ''])
    const names = [...out.matchAll(/web-\d\d(?=\.default)/g)].map(([name]) => name)
    assert.deepEqual(
      names,
      pods.map(({ metadata }) => metadata.name),
      format,
    )
  }
  const { out } = await mesh.run('clusters', '-A', '-o', 'csv')
  assert.equal(out.match(/^proxy,/gm)?.length, 1, 'one header')
})

test('failures are grouped by reason; --show-failures names them', async () => {
  for (const at of [1, 2, 5, 8, 13]) answers.set(nameOf(at), 'refused')
  answers.set(nameOf(21), 'silent')
  try {
    const run = (...argv: string[]) => mesh.run('clusters', '-A', '--request-timeout', '10s', ...argv)
    const { code, out, err } = await run()
    assert.equal(code, 1)
    assert.equal(
      err,
      '6 of 40 proxies did not answer: 5 refused the connection, 1 timed out; --show-failures names them\n',
    )
    assert.match(out, /^web-00\.default /m)
    assert.doesNotMatch(out, /^web-01\.default /m)
    const named = await run('--show-failures', '-o', 'jsonl')
    assert.equal(named.code, 1)
    assert.equal(named.err.match(/^error: pod default\/web-/gm)?.length, 6)
    assert.match(named.err, /\n6 of 40 proxies did not answer: 5 refused the connection, 1 timed out\n$/)
    assert.equal(new Set(named.out.match(/web-\d\d/g)).size, 34)
  } finally {
    answers.clear()
  }
})

test('proxies that never answer take no place from the others, though the clock of the machine stands still', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  for (let at = 0; at < 3; at++) answers.set(nameOf(at), 'silent')
  try {
    const { code, err } = await mesh.run('clusters', '-A', '--concurrency', '1', '--request-timeout', '12s')
    assert.equal(code, 1)
    assert.match(err, /^(?:error: pod default\/web-0\d: .* within 12 s\n){3}$/)
    assert.equal(mesh.maxSilent(), 3, 'all are waited for together')
  } finally {
    answers.clear()
  }
})

test('--group folds equal rows, --odd leaves out what all have', async () => {
  const grouped = await mesh.run('clusters', '-A', '--group', '--no-headers')
  assert.deepEqual(
    grouped.out.split('\n').map((line) => line.split(/ {3,}/).slice(0, 2).join(' | ')),
    ['39 of 40: not web-03.default | nearly', '1 of 40: web-07.default | only-here', '40 of 40 | shared', ''],
  )
  const odd = await mesh.run('clusters', '-A', '--odd', '-o', 'jsonl')
  assert.deepEqual(
    odd.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ resource, count: having, of, proxies, missing }) => [resource, having, of, proxies, missing]),
    [
      ['nearly', 39, 40, null, ['web-03.default']],
      ['only-here', 1, 40, ['web-07.default'], null],
    ],
  )
  const sorted = await mesh.run('clusters', '-A', '--group', '-o', 'jsonl', '--sort-by', 'count')
  assert.deepEqual(
    sorted.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).count),
    [1, 39, 40],
  )
  const json = JSON.parse((await mesh.run('clusters', '-A', '--group', '-o', 'json')).out)
  assert.deepEqual(
    json.map(({ kind, resource, presence }: Record<string, unknown>) => [kind, resource, presence]),
    [
      ['cluster', 'nearly', '39 of 40: not web-03.default'],
      ['cluster', 'only-here', '1 of 40: web-07.default'],
      ['cluster', 'shared', '40 of 40'],
    ],
  )
  const csv = (await mesh.run('clusters', '-A', '--odd', '-o', 'csv')).out.split('\r\n')
  assert.match(csv[0] ?? '', /^presence,count,of,/)
  assert.match(csv[1] ?? '', /^39 of 40: not web-03\.default,39,40,nearly/)
  const none = await mesh.run('clusters', '-A', '--odd', '--fqdn', 'shared')
  assert.deepEqual([none.out, none.err], ['', 'All rows are the same in each proxy (40).\n'])
})

test('nothing found anywhere is said once, when all were asked', async () => {
  const { code, out, err } = await mesh.run('clusters', '-A', '--fqdn', 'nowhere', '-o', 'jsonl')
  assert.deepEqual([code, out], [0, ''])
  assert.equal(err.trim().split('\n').length, 1, err)
  for (const format of ['table', 'json', 'jsonl', 'csv']) {
    const told = (await mesh.run('clusters', '-A', '--fqdn', 'nowhere', '-o', format)).err
    assert.match(told, /in pod default\/web-02\. The same holds for 37 more proxies\.\n$/, format)
  }
})

test('one proxy says whose its rows are, to programs', async () => {
  const { out } = await mesh.run('clusters', 'web-00', '--fqdn', 'shared', '-o', 'jsonl')
  assert.equal(JSON.parse(out).proxy, 'web-00.default')
  assert.match((await mesh.run('clusters', 'web-00', '-o', 'csv')).out, /^proxy,.*\r\nweb-00\.default,/)
  assert.doesNotMatch((await mesh.run('clusters', 'web-00')).out, /web-00/)
})

test('--concurrency is a number of proxies', async () => {
  for (const wanted of ['0', '257', '1000']) {
    const { code, err } = await mesh.run('clusters', '-A', '--concurrency', wanted)
    assert.equal(code, 1)
    assert.match(err, /^error: --concurrency needs a number from 1 to 256/)
  }
  assert.equal((await mesh.run('clusters', '-A', '--concurrency', '256')).code, 0)
})

test('Ctrl-C prints what has come, says so, and exits with 130', async () => {
  answers.set(nameOf(20), 'silent')
  try {
    for (const format of ['table', 'jsonl']) {
      asked.clear()
      const [first, ...words] = startWords
      const access = ['--server', mesh.api.url, '--certificate-authority', mesh.api.caFile, '--token', 'secret']
      const child = spawn(first, [...words, 'clusters', '-A', '-o', format, ...access], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const code = new Promise<number | null>((done) => child.once('close', done))
      const ended = Promise.all([code, text(child.stdout), text(child.stderr)])
      while (asked.size < count - 1) await delay(20)
      await delay(200)
      child.kill('SIGINT')
      const [status, out, err] = await ended
      assert.equal(status, 130, err)
      const [, read = ''] = partial.exec(err) ?? assert.fail(err)
      // What was asked need not have been read yet: what is printed is what the note says.
      assert.ok(Number(read) > 0 && Number(read) < 40, err)
      assert.equal(new Set(out.match(/web-\d\d(?=\.default)/g)).size, Number(read), format)
    }
  } finally {
    answers.clear()
  }
})

const partial = /^Interrupted: (\d+) of 40 proxies were read before the interrupt; the answer is partial\.\n$/

test('an API server that throttles is given the time that it asks for', async () => {
  let refused = 0
  const busy = await startMesh({
    pods: pods.slice(0, 2),
    answer: () => dumpOf('shared'),
    object(path) {
      if (path !== '/api/v1/pods' || refused > 0) return undefined
      refused += 1
      return { status: 429, body: '{}', headers: { 'Retry-After': '1' } }
    },
  })
  try {
    const { code, out, err } = await busy.run('clusters', '-A')
    assert.deepEqual([code, err, refused], [0, '', 1])
    assert.match(out, /^web-01\.default /m)
  } finally {
    await busy.close()
  }
})

test('a pod that is deleted while it is read is a failure with its reason', async () => {
  const gone = await startMesh({
    pods: pods.slice(0, 6),
    answer: () => dumpOf('shared'),
    refuse: (path) => (/web-0[0-4]/.test(path) ? { status: 404, body: notFound } : undefined),
  })
  try {
    const { code, out, err } = await gone.run('clusters', '-A')
    assert.equal(code, 1)
    assert.match(out, /^PROXY.*\nweb-05\.default /)
    assert.equal(err, '5 of 6 proxies did not answer: 5 not found; --show-failures names them\n')
  } finally {
    await gone.close()
  }
})

const notFound = JSON.stringify({ kind: 'Status', reason: 'NotFound', message: 'pods "web" not found' })

test('Ctrl-C while levels are read changes none', async () => {
  const paths: string[] = []
  const logging = await startMesh({
    pods: pods.slice(0, 3),
    answer(pod, _port, path) {
      if (pod === nameOf(1)) return 'silent'
      if (path !== '') paths.push(path)
      return 'active loggers:\n  http: info\n'
    },
  })
  try {
    const [first, ...words] = startWords
    const access = ['--server', logging.api.url, '--certificate-authority', logging.api.caFile, '--token', 'secret']
    const child = spawn(first, [...words, 'log', '-A', '--level', 'http:debug', ...access], { stdio: 'ignore' })
    const code = new Promise<number | null>((done) => child.once('close', done))
    while (paths.length < 2) await delay(20)
    await delay(200)
    child.kill('SIGINT')
    assert.equal(await code, 130)
    assert.deepEqual(paths, ['logging', 'logging'])
  } finally {
    await logging.close()
  }
})
