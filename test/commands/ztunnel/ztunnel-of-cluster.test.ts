import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFakeApiServer } from '../../fetch/fake-api-server.ts'
import { runProgram } from '../../run-program.ts'
import { startFakeAdmin } from '../fake-admin.ts'
import { cluster } from './small-cluster.ts'

test('a workload pod stands for the ztunnel on its node, and for itself', async () => {
  const { server, answered } = await cluster()
  const { out, err } = await runProgram(['ztunnel', 'workloads', 'web-1.shop', '--server', server.url])
  await server.close()
  assert.equal(err, '')
  assert.deepEqual(answered, ['ztunnel-bbbbb GET /config_dump'])
  assert.deepEqual(out.trim().split('\n').length, 2)
  assert.match(out, /^shop +web-1 /m)
})

test('a node, a ztunnel, none', async () => {
  const { server, answered } = await cluster()
  const run = (...argv: string[]) => runProgram(['ztunnel', ...argv, '--server', server.url])
  await run('certs', '--node', 'node-2')
  await run('certs', 'ztunnel-aaaaa')
  await run('services')
  const several = await run('connections')
  const nowhere = await run('services', '--node', 'node-9')
  await server.close()
  assert.deepEqual(
    answered.map((line) => line.split(' ')[0]),
    ['ztunnel-bbbbb', 'ztunnel-aaaaa', 'ztunnel-aaaaa'],
  )
  assert.match(several.err, /^error: ztunnel pod name or --node must be set\n.*istio-system\/ztunnel-aaaaa, /)
  assert.match(nowhere.err, /no ztunnel pod runs on node "node-9"\nNodes with one: node-1, node-2/)
})

test('a cluster without a ztunnel: where it was looked for', async () => {
  const server = await startFakeApiServer({}, { plain: true })
  const { err } = await runProgram(['ztunnel', 'workloads', '-i', 'mesh', '--server', server.url])
  await server.close()
  assert.equal(
    err,
    `Error from server (NotFound): daemonsets "ztunnel" not found
Namespace mesh has none: without one this is no ambient mesh; --istio-namespace names another namespace.
`,
  )
})

test('log: every ztunnel, levels in ztunnel’s own words', async () => {
  const { server, answered } = await cluster()
  const argv = ['ztunnel', 'log', '--level', 'access:debug,ztunnel::proxy=critical,warning', '--server', server.url]
  const { out, err } = await runProgram([...argv, '-o', 'csv', '--no-headers'])
  await server.close()
  const set = 'POST /logging?level=access%3Ddebug%2Cztunnel%3A%3Aproxy%3Derror%2Cwarn'
  for (const pod of ['ztunnel-aaaaa', 'ztunnel-bbbbb']) assert.ok(answered.includes(`${pod} ${set}`), String(answered))
  assert.match(out, /^ztunnel-aaaaa\.istio-system,info,"access=debug,ztunnel::proxy=error,warn"\r?\n/)
  assert.match(err, /changing log levels of the running ztunnel/)
})

test('log: a ztunnel that does not answer hides no other', async () => {
  const { server } = await cluster({ silent: 'ztunnel-aaaaa' })
  const { code, out, err } = await runProgram(['ztunnel', 'log', '--server', server.url])
  await server.close()
  assert.equal(code, 1)
  assert.match(err, /^error: pod istio-system\/ztunnel-aaaaa: /m)
  assert.match(out, /^ztunnel-bbbbb\.istio-system +info$/m)
})

test('log --reset: with a level beside it where a ztunnel wants one', async () => {
  const admin = await startFakeAdmin((_method, path, query) => {
    if (path !== '/logging') return undefined
    if (query.has('reset') && !query.has('level')) return { status: 400, body: 'Invalid level provided' }
    return `current log level is ${query.get('level') ?? 'debug'}\n`
  })
  const { out } = await runProgram(['ztunnel', 'log', '--reset', '--url', admin.url, '-o', 'json'])
  await admin.close()
  assert.deepEqual(JSON.parse(out), { [admin.url]: 'info' })
  assert.deepEqual(admin.requests, ['POST /logging', 'POST /logging?reset', 'POST /logging?level=info&reset'])
})
