import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { startSmallMesh } from '../capture/small-mesh.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'

const dump = readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8')
const line = '[2026-01-01T10:00:00.000Z] "GET /a HTTP/1.1" 503 UC 0 91 5 - "-" "curl/8" "id" "pay:9080" "10.0.0.1:80"'

interface Seen {
  readonly requests: number
  readonly errors: number
  readonly timeouts?: number
  readonly refused?: number
}

function clusters({ requests, errors, timeouts = 0, refused = 0 }: Seen): string {
  const counts = {
    rq_total: requests,
    rq_error: errors,
    rq_timeout: timeouts,
    rq_success: Math.max(0, requests - errors),
    cx_connect_fail: refused,
  }
  const stats = Object.entries(counts).map(([name, value]) => ({ name, value: String(value) }))
  const address = { socket_address: { address: '10.0.0.1', port_value: 80 } }
  return JSON.stringify({ cluster_statuses: [{ name: 'pay', host_statuses: [{ address, stats }] }] })
}

/** What explain says of the host, with these counters in each pod; pods of `a…` run on node-a. Undefined has no page. */
async function explained(t: TestContext, seen: Readonly<Record<string, Seen | undefined>>, ...words: string[]) {
  const pods = Object.keys(seen).map((name) => {
    const pod = meshPod(name, 'default', { labels: { app: name.replace(/-.*/, '') } })
    return { ...pod, spec: { ...pod.spec, nodeName: `node-${name[0]}` } }
  })
  const mesh = await startMesh({
    pods,
    answer(pod, _, path) {
      const counts = seen[pod]
      if (path.startsWith('config_dump')) return dump
      return path.startsWith('clusters') && counts !== undefined ? clusters(counts) : undefined
    },
  })
  t.after(() => mesh.close())
  const { out, err, code } = await mesh.run('explain', ...words, '-o', 'json')
  const { kinds } = JSON.parse(out === '' ? '{"kinds":[]}' : out) as {
    kinds: { findings: { code: string; text: string }[] }[]
  }
  const found = kinds
    .flatMap(({ findings }) => findings)
    .filter(({ code: each }) => each.endsWith('caller') || each.endsWith('callers'))
  return { found: found.map(({ code: each, text }) => `${each}: ${text}`), err, code }
}

const bad = { requests: 100, errors: 90 }
const good = { requests: 100, errors: 0 }

test('a host that fails for every caller is at fault itself', async (t) => {
  const { found, code } = await explained(
    t,
    { 'a-1': bad, 'a-2': bad, 'b-1': { requests: 0, errors: 5, refused: 5 } },
    'a-1',
    line,
    '-A',
  )
  assert.deepEqual(found, ['all-callers: 10.0.0.1:80 fails for 3 of 3 callers: the host itself, not the way to it'])
  assert.equal(code, 0)
})

test('one that fails for one caller is not: that caller is named', async (t) => {
  // A failure in a thousand of long ago is none of now, and who sent nothing is no caller.
  const few = { requests: 1000, errors: 1 }
  const { found } = await explained(
    t,
    { 'a-1': bad, 'a-2': few, 'b-1': good, 'c-1': { requests: 0, errors: 0 } },
    line,
    '-A',
  )
  assert.deepEqual(found, [
    'some-callers: 10.0.0.1:80 fails for 1 of 3 callers: a-1.default (90 of 100): the way from there, or what it asks for',
  ])
})

test('callers that fail may have their node in common', async (t) => {
  const { found } = await explained(
    t,
    { 'a-1': bad, 'a-2': { requests: 100, errors: 95 }, 'b-1': good, 'c-1': good },
    'a-1',
    line,
    '-A',
  )
  assert.deepEqual(found, [
    'some-callers: 10.0.0.1:80 fails for 2 of 4 callers: a-2.default (95 of 100), a-1.default (90 of 100), all of them on node node-a: the network of that node',
  ])
  const spread = await explained(t, { 'a-1': bad, 'b-1': bad, 'b-2': good }, line, '-A')
  assert.deepEqual(spread.found, [
    'some-callers: 10.0.0.1:80 fails for 2 of 3 callers: a-1.default (90 of 100), b-1.default (90 of 100)',
  ])
})

test('-l beside a POD asks the proxies of these labels; one caller proves nothing', async (t) => {
  const { found } = await explained(
    t,
    { 'a-1': bad, 'b-1': good, 'b-2': { requests: 0, errors: 0 } },
    'a-1',
    line,
    '-l',
    'app=b',
  )
  assert.deepEqual(found, ['no-other-caller: 10.0.0.1:80: only b-1.default of 2 proxies has sent it anything'])
  const none = await explained(t, { 'a-1': bad }, 'a-1', line)
  assert.deepEqual(none.found, [])
})

test('a proxy that cannot be asked is told, and the answer is incomplete', async (t) => {
  const { found, err, code } = await explained(t, { 'a-1': bad, 'a-2': bad, 'b-1': undefined }, line, '-A')
  assert.deepEqual(found, ['all-callers: 10.0.0.1:80 fails for 2 of 2 callers: the host itself, not the way to it'])
  assert.match(err, /error: .*b-1/)
  assert.equal(code, 1)
  const all = await explained(t, { 'b-1': undefined }, line, '-A')
  assert.match(all.err, /No other proxy could be asked about the hosts: /)
  assert.equal(all.code, 1)
  const nothing = await explained(t, { 'a-1': bad }, '-A')
  assert.match(nothing.err, /^error: explain reads the log of one proxy: name its POD, or give a LINE or --log\n/)
})

test('a capture answers for all of its proxies', async (t) => {
  const mesh = await startSmallMesh((_, path) => (path.startsWith('clusters') ? clusters(bad) : undefined))
  const folder = mkdtempSync(join(tmpdir(), 'callers-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const capture = join(folder, 'mesh.zip')
  try {
    assert.equal((await mesh.run('capture', '-A', '--to', capture)).code, 0)
  } finally {
    await mesh.close()
  }
  const { out, err, code } = await runProgram(['explain', 'web-1', line, '-A', '--capture', capture])
  assert.equal(code, 0, err)
  assert.match(out, /found {6}10\.0\.0\.1:80 fails for 2 of 2 callers: the host itself, not the way to it\n/)
})

test('timeouts are among the errors that Envoy counts, and a request without a connection is an attempt', async (t) => {
  const pods = [meshPod('a-1', 'default')]
  const of = async (seen: Seen) => {
    const mesh = await startMesh({
      pods,
      answer: (_pod, _port, path) =>
        path.startsWith('config_dump') ? dump : path.startsWith('clusters') ? clusters(seen) : undefined,
    })
    t.after(() => mesh.close())
    const json = JSON.stringify({
      response_code: 503,
      response_flags: 'UC',
      upstream_cluster: 'pay',
      upstream_host: '10.0.0.1:80',
      start_time: '2026-01-01T10:00:00Z',
    })
    return (await mesh.run('explain', 'a-1', json)).out
  }
  assert.match(await of({ requests: 10, errors: 4, timeouts: 3 }), /10\.0\.0\.1:80: 4 of 10 requests failed/)
  assert.match(
    await of({ requests: 0, errors: 2, refused: 2 }),
    /10\.0\.0\.1:80: 2 of 2 requests failed, 2 connections failed/,
  )
})
