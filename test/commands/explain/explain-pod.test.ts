import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { meshPod, startMesh } from '../fake-mesh.ts'

const dump = readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8')
const failed = (flags: string) =>
  `[2026-01-01T10:00:00.000Z] "GET /a HTTP/1.1" 503 ${flags} 0 91 5 - "-" "curl/8" "id" "pay:9080" "10.0.0.1:80"`
const lines = ['starting', failed('UC'), failed('UF'), failed('UC')]

/** A mesh of one pod, whose log is what is given; times are put before the lines where they are asked for. */
function mesh(log: string | { status: number; body: string }) {
  return startMesh({
    pods: [meshPod('web-1', 'default')],
    answer: (_pod, port, path) => (port === 15_000 && path.startsWith('config_dump') ? dump : undefined),
    object: (path) => {
      if (path !== '/api/v1/namespaces/default/pods/web-1/log') return undefined
      return typeof log === 'string' ? { status: 200, body: log } : log
    },
  })
}

test('the log of a pod is read by the formats that its proxy has loaded', async (t) => {
  const running = await mesh(lines.map((line) => `2026-01-01T10:00:00.123456789Z ${line}\n`).join(''))
  t.after(() => running.close())
  const { out, err, code } = await running.run('explain', 'web-1', '--since', '1h30m')
  assert.equal(code, 0, err)
  assert.match(out, /^3 requests, 3 failed .*\n1 line of no access log passed by\n/)
  assert.deepEqual(
    [...out.matchAll(/^(503 \S+)/gm)].map(([head]) => head),
    ['503 UC', '503 UF'],
  )
  const asked = running.api.requests.find((request) => request.includes('/log?'))
  assert.match(asked ?? '', /container=istio-proxy&sinceSeconds=5400/)
})

test('--follow prints each kind at its first line, and what there was at the end', async (t) => {
  const running = await mesh(`${lines.join('\n')}\n`)
  t.after(() => running.close())
  const { out, code } = await running.run('explain', 'web-1', '--follow')
  assert.equal(code, 0)
  assert.deepEqual(
    [...out.matchAll(/^(503 \S+|\d requests, \d failed)/gm)].map(([head]) => head),
    ['503 UC', '503 UF', '3 requests, 3 failed', '503 UC', '503 UF'],
  )
  assert.ok(running.api.requests.some((request) => request.includes('follow=true')))
  assert.match((await running.run('explain', 'web-1', '--follow', '-o', 'json')).err, /--follow prints text/)
})

test('a log that may not be read names the rule that is missing', async (t) => {
  const body = JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: 'pods "web-1" is forbidden' })
  const running = await mesh({ status: 403, body })
  t.after(() => running.close())
  for (const more of [[], ['--follow']]) {
    const { err, code } = await running.run('explain', 'web-1', ...more)
    assert.equal(code, 1)
    assert.match(err, /Forbidden.*\n.*Missing in a Role in namespace "default":\n(?:.*\n)*.*resources: \["pods\/log"\]/)
  }
  assert.match((await running.run('explain', 'web-1', '--since', 'long')).err, /--since needs a duration/)
})
