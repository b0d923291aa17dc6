import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import {
  type AddressInfo,
  connect as connectTcp,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { KubeFlags } from '../../../src/fetch/kube/access/flags.ts'
import type { Host } from '../../../src/fetch/kube/access/host.ts'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { failureOf } from '../../app-error.ts'
import { type FakeApiServer, startFakeApiServer } from '../fake-api-server.ts'
import { testHost } from './test-host.ts'

const handlers = {
  get: () => ({ items: [] }),
  portForward: (upgrade: { send(channel: number, bytes: string): unknown }) =>
    void upgrade.send(0, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
}

/** A plain request and a port-forward, so that both ways of connecting are tried. */
async function both(flags: KubeFlags, host: Partial<Host> = {}): Promise<void> {
  const cluster = connect(flags, testHost(host))
  try {
    assert.deepEqual(await cluster.list({ namespace: 'default' }), [])
    const { body } = await cluster.podHttp({ name: 'web', namespace: 'default' }, { port: 15000, path: 'ready' })
    assert.equal(Buffer.from(body).toString(), 'ok')
  } finally {
    cluster.close()
  }
}

const failure = (flags: KubeFlags, host: Partial<Host> = {}) =>
  failureOf(connect(flags, testHost(host)).list({ namespace: 'default' }))

function listen(server: Server): Promise<number> {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))
}

test('TLS: the CA, a name to check instead of the host, and no check', async () => {
  const server = await startFakeApiServer(handlers)
  await both({ server: server.url, certificateAuthority: server.caFile })
  await both({ server: server.url, certificateAuthority: server.caFile, tlsServerName: 'fake.example' })
  await both({ server: server.url, insecureSkipTlsVerify: true })
  await server.close()
})

test('a certificate that is not trusted, and one for another name', async () => {
  const server = await startFakeApiServer(handlers)
  const prefix = 'Unable to connect to the server: tls: failed to verify certificate: x509: '
  assert.equal((await failure({ server: server.url })).message, `${prefix}certificate signed by unknown authority`)
  const wrong = await failure({
    server: server.url,
    certificateAuthority: server.caFile,
    tlsServerName: 'other.example',
  })
  assert.equal(wrong.message, `${prefix}certificate is valid for 127.0.0.1, fake.example, not other.example`)
  await server.close()
})

test('a server that is not there, has no name, or speaks plain HTTP', async () => {
  const closed = createTcpServer()
  const port = await listen(closed)
  await new Promise((done) => closed.close(done))
  const refused = `The connection to the server 127.0.0.1:${port} was refused - did you specify the right host or port?`
  assert.equal((await failure({ server: `https://127.0.0.1:${port}` })).message, refused)
  const plain = await startFakeApiServer(handlers, { plain: true })
  const answered = await failure({ server: plain.url.replace('http:', 'https:') })
  assert.equal(answered.message, 'Unable to connect to the server: http: server gave HTTP response to HTTPS client')
  await plain.close()
})

test('without a kubeconfig the refusal says where was looked', async () => {
  const error = await failure({}, { homedir: '/nobody' })
  assert.equal(
    error.message,
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
  )
  assert.match(error.hint ?? '', /^No kubeconfig was found at .*nobody/)
})

test('a server that never answers', async () => {
  const held: Socket[] = []
  const silent = createTcpServer((socket) => void held.push(socket))
  const port = await listen(silent)
  const error = await failure({ server: `http://127.0.0.1:${port}`, requestTimeout: '200ms' })
  assert.equal(
    error.message,
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  )
  for (const socket of held) socket.destroy()
  silent.close()
})

test('plain HTTP and basic authentication', async () => {
  const server = await startFakeApiServer(handlers, { plain: true })
  const folder = mkdtempSync(join(tmpdir(), 'transport-'))
  const kubeconfig = join(folder, 'config')
  writeFileSync(
    kubeconfig,
    `current-context: a
clusters: [{name: a, cluster: {server: "${server.url}"}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
users: [{name: a, user: {username: jane, password: "1"}}]
`,
  )
  await both({ kubeconfig })
  assert.deepEqual(new Set(server.headers.map(({ authorization }) => authorization)), new Set(['Basic amFuZTox']))
  rmSync(folder, { recursive: true })
  await server.close()
})

/** A kubeconfig whose cluster is reached through a proxy. */
function throughProxy(server: FakeApiServer, proxyUrl: string): { kubeconfig: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'transport-'))
  const kubeconfig = join(folder, 'config')
  const cluster = { server: server.url, 'certificate-authority': server.caFile, 'proxy-url': proxyUrl }
  const config = {
    'current-context': 'a',
    clusters: [{ name: 'a', cluster }],
    contexts: [{ name: 'a', context: { cluster: 'a' } }],
  }
  writeFileSync(kubeconfig, JSON.stringify(config))
  return { kubeconfig, remove: () => rmSync(folder, { recursive: true }) }
}

test('proxy-url: an HTTP proxy by CONNECT, with its password', async () => {
  const server = await startFakeApiServer(handlers)
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const proxy = createServer()
  proxy.on('connect', (request: IncomingMessage, client: Socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization']}`)
    const [host = '', port] = (request.url ?? '').split(':')
    const upstream = connectTcp(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined))
  })
  const port = await listen(proxy)
  const config = throughProxy(server, `http://me:pw@127.0.0.1:${port}`)
  await both({ kubeconfig: config.kubeconfig })
  assert.deepEqual(new Set(seen), new Set([`${new URL(server.url).host} Basic bWU6cHc=`]))
  for (const socket of sockets) socket.destroy()
  config.remove()
  proxy.close()
  await server.close()
})

test('proxy-url: SOCKS5, with the name resolved by the proxy', async () => {
  const server = await startFakeApiServer(handlers)
  const { port: target } = new URL(server.url)
  const names: string[] = []
  const sockets = new Set<Socket>()
  const proxy = createTcpServer((client) => {
    sockets.add(client.on('error', () => undefined))
    client.once('data', () => {
      client.write(Buffer.of(5, 0))
      client.once('data', (ask: Buffer) => {
        names.push(ask.subarray(5, 5 + (ask[4] ?? 0)).toString())
        const upstream = connectTcp(Number(target), '127.0.0.1', () => {
          client.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
          client.pipe(upstream).pipe(client)
        })
        sockets.add(upstream.on('error', () => undefined))
      })
    })
  })
  const port = await listen(proxy)
  const named = { ...server, url: `https://fake.example:${target}` }
  const config = throughProxy(named, `socks5://127.0.0.1:${port}`)
  await both({ kubeconfig: config.kubeconfig })
  assert.ok(names.length > 0 && names.every((name) => name === 'fake.example'), names.join())
  for (const socket of sockets) socket.destroy()
  config.remove()
  proxy.close()
  await server.close()
})
