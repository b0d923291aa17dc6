import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { startFakeAdmin } from './fake-admin.ts'

const fixture = (name: string) => readFileSync(`test/fixtures/${name}`, 'utf8')
const memory = JSON.stringify({ allocated: '10485760', heap_size: '16777216', total_physical_bytes: '20971520' })

const pages: Readonly<Record<string, string>> = {
  '/server_info': fixture('sidecar/server_info.json'),
  '/memory': memory,
  '/listeners': fixture('gateway/listeners.json'),
  '/init_dump': fixture('warming/init_dump.json'),
}

test('one short table', async () => {
  const { url, requests, close } = await startFakeAdmin((_method, path) => pages[path])
  const { out, err } = await runProgram(['info', '--url', url])
  await close()
  assert.deepEqual(requests.toSorted(), [
    'GET /init_dump',
    'GET /listeners?format=json',
    'GET /memory',
    'GET /server_info',
  ])
  assert.equal(err, '')
  assert.match(out, /^VERSION +1\.40\.0 \(9e558093, Clean, RELEASE, BoringSSL\)$/m)
  assert.match(out, /^STATE +LIVE$/m)
  assert.match(out, /^UPTIME +60m$/m)
  assert.match(out, /^MEMORY +10\.0Mi allocated, 16\.0Mi heap, 20\.0Mi physical$/m)
  assert.match(out, /^LISTENERS +\d+: \S+:\d+/m)
  assert.match(out, /^WAITING FOR +SdsApi kubernetes:\/\/shop-cert \(listener 0\.0\.0\.0_8443\)$/m)
})

test('what Envoy waits for is in the order of its names, for Envoy gives it in none', async () => {
  const target_names = ['target SdsApi default', 'shared target SdsApi ROOTCA', 'target Cds']
  const init_dump = JSON.stringify({ unready_targets_dumps: [{ name: 'init manager Server', target_names }] })
  const { url, close } = await startFakeAdmin((_method, path) => (path === '/init_dump' ? init_dump : pages[path]))
  const { out } = await runProgram(['info', '--url', url])
  await close()
  assert.match(out, /^WAITING FOR +Cds, SdsApi ROOTCA, SdsApi default \(Server\)$/m)
})

test('before there are listeners Envoy waits for its clusters, which it does not name', async () => {
  const server_info = JSON.stringify({ version: '', state: 'PRE_INITIALIZING' })
  const { url, close } = await startFakeAdmin((_method, path) =>
    path === '/server_info' ? server_info : path === '/init_dump' ? '{}' : pages[path],
  )
  const { out } = await runProgram(['info', '--url', url])
  await close()
  assert.match(out, /^WAITING FOR +clusters: kubectl proxy-config clusters has their STATE$/m)
})

test('a page that fails is said and the others are shown; none at all is an error', async () => {
  const some = await startFakeAdmin((_method, path) => (path === '/memory' ? undefined : pages[path]))
  const { out, err, code } = await runProgram(['info', '--url', some.url])
  await some.close()
  assert.equal(code, 0)
  assert.match(err, /has no \/memory \(HTTP status 404\)/)
  assert.match(out, /^STATE +LIVE$/m)
  assert.doesNotMatch(out, /^MEMORY/m)
  const none = await startFakeAdmin(() => undefined)
  const failed = await runProgram(['info', '--url', none.url])
  await none.close()
  assert.equal(failed.code, 1)
  assert.equal(failed.out, '')
})
