import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { type AddressInfo, connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { dist } from '../../scripts/bundle/build.ts'
import { binaryName, isHost, targetName, targets } from '../../scripts/package/targets.ts'
import { certificate, type FakeApiServer, startFakeApiServer } from '../fetch/fake-api-server.ts'
import { podObject } from '../fetch/kube/pod-objects.ts'

// Whom the packaged executable for Linux trusts: its Node is started with flags that change what the default roots are
// (src/fetch/default-roots.ts).
const skip = process.platform === 'linux' ? false : 'the executable of this platform has no such flags'

const root = join(import.meta.dirname, '../..')
const dump = readFileSync(join(root, 'test/fixtures/sidecar/config_dump.json'))
const home = mkdtempSync(join(tmpdir(), 'roots-'))
const other = skip === false ? certificate() : { key: '', cert: '', file: '', remove: () => undefined }
const admin = createServer({ key: other.key, cert: other.cert }, (_, response) => response.end(dump))
const proxy = createServer({ key: other.key, cert: other.cert })
let api: FakeApiServer
before(async () => {
  if (skip !== false) return
  api = await startFakeApiServer({
    get: (path) => (path.endsWith('/pods/web') ? podObject('web') : undefined),
    portForward({ send }) {
      void send(0, Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${dump.length}\r\n\r\n`), dump]))
    },
  })
  proxy.on('connect', ({ url = '' }, socket) => {
    const [host = '', port] = url.split(':')
    const to = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(to).pipe(socket)
    })
    for (const each of [socket, to]) each.on('error', () => [socket, to].forEach((one) => void one.destroy()))
  })
  for (const server of [admin, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening')
})
after(async () => {
  if (skip === false) await api.close()
  for (const server of [admin, proxy]) {
    server.closeAllConnections()
    server.close()
  }
  other.remove()
  rmSync(home, { recursive: true })
})

const urlOf = (server: Server) => `https://127.0.0.1:${(server.address() as AddressInfo).port}`

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const target = targets.find(isHost)
  assert.ok(target !== undefined)
  const child = spawn(join(root, dist, targetName(target), binaryName(target)), args, {
    env: { HOME: home, SSL_CERT_DIR: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { trusted: child.exitCode === 0 && stdout.startsWith('SERVICE FQDN'), stderr }
}

test('an API server: the root that is named, else those of Node and NODE_EXTRA_CA_CERTS', { skip }, async () => {
  const args = ['clusters', 'web', '--server', api.url, '--token', 'none']
  const named = [...args, '--certificate-authority', api.caFile]
  assert.equal((await run(named)).trusted, true)
  assert.equal((await run(named, { NODE_USE_SYSTEM_CA: '1' })).trusted, true)
  assert.match((await run(args)).stderr, /^Unable to connect to the server: tls: failed to verify certificate/)
  assert.equal((await run(args, { NODE_EXTRA_CA_CERTS: api.caFile })).trusted, true)
  const wrong = await run([...args, '--certificate-authority', other.file], { NODE_EXTRA_CA_CERTS: api.caFile })
  assert.match(wrong.stderr, /failed to verify certificate/)
})

test('an admin interface over TLS: those of Node and NODE_EXTRA_CA_CERTS', { skip }, async () => {
  const args = ['clusters', '--url', urlOf(admin)]
  assert.match((await run(args)).stderr, /self-signed certificate/)
  assert.equal((await run(args, { NODE_EXTRA_CA_CERTS: other.file })).trusted, true)
})

test('a proxy over TLS before an API server whose root is named: those of Node and NODE_EXTRA_CA_CERTS', {
  skip,
}, async () => {
  const kubeconfig = join(home, 'config')
  const cluster = { server: api.url, 'certificate-authority': api.caFile, 'proxy-url': urlOf(proxy) }
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'fake',
      contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
      users: [{ name: 'fake', user: { token: 'none' } }],
      clusters: [{ name: 'fake', cluster }],
    }),
  )
  const args = ['clusters', 'web', '--kubeconfig', kubeconfig]
  assert.match((await run(args)).stderr, /failed to verify certificate/)
  assert.equal((await run(args, { NODE_EXTRA_CA_CERTS: other.file })).trusted, true)
})
