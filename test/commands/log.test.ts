import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { startFakeAdmin } from './fake-admin.ts'
import { meshPod, startMesh } from './fake-mesh.ts'

/** An Envoy with four loggers, started with warning and misc:error. */
async function envoy() {
  const levels = new Map(['admin', 'http', 'misc', 'router'].map((name) => [name, 'warning']))
  return startFakeAdmin((method, path, query) => {
    if (path === '/server_info') {
      return JSON.stringify({ command_line_options: { log_level: 'warning', component_log_level: 'misc:error' } })
    }
    if (path !== '/logging') return undefined
    if (method !== 'POST') return { status: 405, body: 'Method Not Allowed' }
    for (const [name, level] of query) {
      for (const logger of name === 'level' ? levels.keys() : [name]) levels.set(logger, level)
    }
    return `active loggers:\n${[...levels].map(([name, level]) => `  ${name}: ${level}\n`).join('')}\n`
  })
}

test('the levels of every logger, without a change', async () => {
  const { url, requests, close } = await envoy()
  const { code, out, err } = await runProgram(['log', '--url', url])
  await close()
  assert.equal(out, 'LOGGER   LEVEL\nadmin    warning\nhttp     warning\nmisc     warning\nrouter   warning\n')
  assert.deepEqual({ code, err, requests }, { code: 0, err: '', requests: ['POST /logging'] })
})

test('--level says what it changed, and on stderr that it changes', async () => {
  const { url, close } = await envoy()
  const { out, err } = await runProgram(['log', '--url', url, '--level', 'http:debug,router:warning'])
  const again = await runProgram(['log', '--url', url, '--level', 'http:debug'])
  const json = await runProgram(['log', '--url', url, '-o', 'json'])
  await close()
  assert.equal(out, 'LOGGER   OLD LEVEL   LEVEL\nhttp     warning     debug\n')
  assert.equal(err, `${url}: changing log levels of the running proxy; a restart undoes it\n1 of 4 loggers changed\n`)
  assert.equal(again.out, '')
  assert.match(again.err, /had its level already/)
  assert.deepEqual(JSON.parse(json.out), { admin: 'warning', http: 'debug', misc: 'warning', router: 'warning' })
})

test('--reset goes back to what the proxy was started with', async () => {
  const { url, requests, close } = await envoy()
  await runProgram(['log', '--url', url, '--level', 'trace'])
  requests.length = 0
  const { out } = await runProgram(['log', '--url', url, '--reset'])
  await close()
  assert.deepEqual(requests, [
    'POST /logging',
    'GET /server_info',
    'POST /logging?level=warning',
    'POST /logging?misc=error',
    'POST /logging',
  ])
  assert.match(out, /^misc +trace +error$/m)
  assert.match(out, /^http +trace +warning$/m)
})

test('a logger is known by its whole name only, and nothing is changed before all are known', async () => {
  const { url, requests, close } = await envoy()
  const part = await runProgram(['log', '--url', url, '--level', 'admin:debug,rout:debug'])
  const both = await runProgram(['log', '--url', url, '--level', 'debug', '--reset'])
  await close()
  assert.equal(part.code, 1)
  assert.match(part.err, /unrecognized logger name: rout .*\nDid you mean router\?/)
  assert.deepEqual(requests, ['POST /logging'])
  assert.match(both.err, /--level cannot be combined with --reset/)
})

test('an admin port that only reads: where the whole interface is', async () => {
  const mesh = await startMesh({
    pods: [
      meshPod('envoy-1', 'projectcontour', {
        labels: { 'app.kubernetes.io/name': 'contour' },
        container: { name: 'envoy', image: 'envoyproxy/envoy:v1.38.9' },
      }),
    ],
    answer: () => undefined,
  })
  try {
    const { code, err } = await mesh.run('log', 'envoy-1', '-n', 'projectcontour')
    assert.equal(code, 1)
    assert.match(
      err,
      /Port 9001 of Contour only has pages that read; the whole admin interface is the Unix socket \/admin\/admin\.sock in container envoy/,
    )
  } finally {
    await mesh.close()
  }
})

test('of several pods each is changed, with what it had before', async () => {
  const levels = new Map(['web-1', 'web-2'].map((name) => [name, 'warning']))
  const mesh = await startMesh({
    pods: [...levels.keys()].map((name) => meshPod(name, 'shop', { labels: { app: 'web' } })),
    answer(pod, _, path) {
      const [, level] = /^logging\?http=(\w+)$/.exec(path) ?? []
      if (level !== undefined) levels.set(pod, level)
      return path.startsWith('logging')
        ? `active loggers:\n  admin: warning\n  http: ${levels.get(pod)}\n\n`
        : undefined
    },
  })
  try {
    const { code, out } = await mesh.run('log', '-l', 'app=web', '-n', 'shop', '--level', 'http:debug')
    assert.equal(code, 0)
    assert.deepEqual(out.replaceAll(/ +/g, ' ').split('\n'), [
      'PROXY LOGGER OLD LEVEL LEVEL',
      'web-1.shop http warning debug',
      'web-2.shop http warning debug',
      '',
    ])
  } finally {
    await mesh.close()
  }
})
