import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { AppError } from '../../../src/errors.ts'
import { openAddress } from '../../../src/fetch/xds/open-address.ts'
import { secured } from '../../../src/fetch/xds/secured.ts'
import { certificate } from '../fake-api-server.ts'

const made = certificate()
made.remove()

async function listening(t: TestContext, server: ReturnType<typeof createServer>): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => void open.add(socket.on('error', () => undefined)))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const never = new AbortController().signal

test('TLS on a connection that stands: HTTP/2, and words of its own for a certificate that is not trusted', async (t) => {
  const server = createTlsServer({ key: made.key, cert: made.cert, ALPNProtocols: ['h2', 'http/1.1'] }, () => undefined)
  server.on('tlsClientError', () => undefined)
  const port = await listening(t, server)
  const options = { host: 'fake.example', servername: 'fake.example' }
  const securing = { label: 'x', hint: 'Look there.', signal: never }
  const socket = await secured(connect(port, '127.0.0.1'), { ...securing, options: { ...options, ca: made.cert } })
  assert.equal((socket as { alpnProtocol?: unknown }).alpnProtocol, 'h2')
  socket.destroy()
  for (const [more, reason] of [
    [{}, 'self-signed certificate'],
    [
      { ca: made.cert, host: 'other.example', servername: 'other.example' },
      "Hostname/IP does not match certificate's altnames: Host: other.example. is not in the cert's altnames: IP Address:127.0.0.1, DNS:fake.example",
    ],
  ] as const)
    await assert.rejects(
      secured(connect(port, '127.0.0.1'), { ...securing, options: { ...options, ...more } }),
      (error: unknown) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.message, `no TLS connection to x: ${reason}`)
        assert.deepEqual(error.hintLines, ['Look there.'])
        return true
      },
    )
})

test('no TLS: another protocol, an end before it stands, the reason of the connection itself, an abort', async (t) => {
  let answer = (socket: Socket): unknown => socket.write('no TLS at all\n')
  const port = await listening(
    t,
    createServer((socket) => void answer(socket)),
  )
  const securing = { label: 'x', hint: [], signal: never, options: { rejectUnauthorized: false, host: 'a' } }
  const failure = (plain: Duplex, signal = never): Promise<string> =>
    secured(plain, { ...securing, signal }).then(
      () => 'secured',
      (error: unknown) => `${error instanceof Error ? error.message : error}`.replace(/ssl.*:|[0-9A-F]{8,}.*?:/g, ''),
    )
  assert.match(await failure(connect(port, '127.0.0.1')), /^no TLS connection to x: /)
  answer = (socket) => socket.end()
  assert.match(await failure(connect(port, '127.0.0.1')), /^(?:no TLS connection to x: |x closed the connection$)/)
  const broken = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => done(new AppError('the forward broke')),
  })
  broken.on('error', () => undefined)
  assert.equal(await failure(broken), 'the forward broke')
  answer = () => undefined
  const stop = new AbortController()
  const waiting = failure(connect(port, '127.0.0.1'), stop.signal)
  stop.abort(new Error('Ctrl-C'))
  assert.equal(await waiting, 'Ctrl-C')
})

test('a connection to an address: there, not there, no longer wanted', async (t) => {
  const server = createServer(() => undefined)
  const port = await listening(t, server)
  const socket = await openAddress(`127.0.0.1:${port}`, 1)
  assert.equal(socket.remotePort, port)
  socket.destroy()
  const usual = await openAddress('127.0.0.1', port)
  assert.equal(usual.remotePort, port)
  usual.destroy()
  const closed = createServer()
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done))
  const { port: gone } = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  await assert.rejects(
    openAddress(`127.0.0.1:${gone}`, 1),
    /^AppError: cannot connect to 127\.0\.0\.1:\d+: .*ECONNREFUSED/,
  )
  const stop = new AbortController()
  stop.abort(new Error('Ctrl-C'))
  await assert.rejects(openAddress(`127.0.0.1:${port}`, 1, stop.signal), /^Error: Ctrl-C$/)
})
