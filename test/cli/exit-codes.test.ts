import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startFakeApiServer } from '../fetch/fake-api-server.ts'
import { podObject } from '../fetch/kube/pod-objects.ts'
import { runProgram } from '../run-program.ts'

// docs/output.md has the rule in words.

const path = (fixture: string) => fileURLToPath(new URL(`../fixtures/${fixture}/config_dump.json`, import.meta.url))
const dump = readFileSync(path('sidecar'))

/** The dump up to the middle of the second half of a section. */
function cutIn(section: string): Buffer {
  const from = dump.indexOf(`envoy.admin.v3.${section}`)
  const to = dump.indexOf('"@type": "type.googleapis.com/envoy.admin.v3.', from)
  assert.ok(from > 0 && to > from)
  return dump.subarray(0, Math.floor((from + to) / 2))
}

test('an answer from a dump that is cut short in what was asked for is printed, and fails', async () => {
  const cut = cutIn('ListenersConfigDump')
  for (const [argv, code] of [
    [['listeners'], 1],
    [['listeners', '-o', 'json'], 1],
    [['clusters'], 0],
    [['bootstrap'], 0],
    [['all'], 1],
    [['all', '-o', 'raw'], 1],
    [['trace', 'http://reviews:9080/'], 1],
    [['authz'], 1],
    [['status'], 1],
  ] as const) {
    const outcome = await runProgram([...argv, '--file', '-'], { stdin: cut })
    assert.equal(outcome.code, code, `${argv.join(' ')}: ${outcome.err}`)
    if (!['trace', 'authz'].includes(argv[0])) assert.notEqual(outcome.out, '', argv.join(' '))
    if (code === 1) assert.match(outcome.err, /is cut short at/, argv.join(' '))
  }
})

test('trace --exit-code: 1 unless the request ends well, whatever chance decides', async () => {
  for (const [fixture, argv, code] of [
    ['sidecar', ['http://reviews:9080/'], 0],
    ['sidecar', ['http://10.96.1.99:1/'], 0], // Passed through.
    ['gateway', ['http://nowhere.example/', '--port', '8080'], 1],
    ['gateway', ['tcp://x:1', '--port', '9'], 1],
  ] as const) {
    const flags = ['trace', '--file', path(fixture), ...argv]
    const strict = await runProgram([...flags, '--exit-code'])
    assert.equal(strict.code, code, strict.out + strict.err)
    assert.equal((await runProgram(flags)).code, 0, 'without it the answer is all that is wanted')
  }
})

test('what is likely meant by a command line with a mistake', async () => {
  for (const [line, message] of [
    ['clusters deploy web', /\nDid you mean deploy\/web\? /],
    ['clusters deployments.apps web', /\nDid you mean deployments\.apps\/web\? /],
    ['clusters pod web', /\nDid you mean pod\/web\? /],
    ['trace svc web http://a', /\nDid you mean svc\/web http:\/\/a\? /],
    ['status web default', /a namespace goes with -n: web -n default/],
    ['authz check', /kubectl proxy-config authz POD/],
    ['authz check web', /Leave it out: kubectl proxy-config authz POD/],
    ['get clusters web', /Did you mean this\?\n +clusters\n/],
    ['proxy-config endpoint web', /Did you mean this\?\n +endpoints\n/],
    ['clustrs web', /Did you mean this\?\n +clusters\n/],
  ] as const) {
    const { code, out, err } = await runProgram(line.split(' '))
    assert.deepEqual([code, out], [1, ''], line)
    assert.match(err, message, line)
  }
})

test('the version, wherever it is asked for', async () => {
  const { out } = await runProgram(['--version'])
  for (const argv of [
    ['clusters', '--version'],
    ['clusters', 'web', '--version'],
    ['status', '--version'],
  ])
    assert.deepEqual(await runProgram(argv), { code: 0, out, err: '' })
  assert.equal((await runProgram(['--version'], { invokedAs: 'kubectl-proxy_status' })).out, out)
  assert.notEqual((await runProgram(['clusters', '--', '--version'])).code, 0)
})

test('-v 6 logs each request on stderr: method, URL, status, time, and no token', async (t) => {
  const server = await startFakeApiServer(
    { get: (at) => (at.endsWith('/web') ? podObject('web') : undefined) },
    { plain: true },
  )
  t.after(() => server.close())
  const flags = ['clusters', 'absent', '--server', server.url, '--token', 's3cr3t']
  const { err } = await runProgram([...flags, '-v', '6'])
  assert.match(
    err,
    /^I\d{4} [\d:.]+\] GET http:\/\/127\.0\.0\.1:\d+\/api\/v1\/namespaces\/default\/pods\/absent 404 Not Found in \d+ milliseconds$/m,
  )
  assert.match(err, /\] GET http:\S+\/portforward\?ports=15000 101 Switching Protocols in \d+ milliseconds$/m)
  assert.doesNotMatch(err, /s3cr3t/)
  assert.equal(
    (await runProgram([...flags, '-v=9'])).err.match(/milliseconds$/gm)?.length,
    err.match(/milliseconds$/gm)?.length,
  )
  for (const level of ['0', '5', 'all'])
    assert.doesNotMatch((await runProgram([...flags, '-v', level])).err, /milliseconds/)
})
