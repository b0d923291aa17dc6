import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { AppError, type ErrorCode } from '../../../src/errors.ts'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { requiredBytes } from '../../../src/mesh/proxies/pages.ts'
import type { Via } from '../../../src/mesh/proxy.ts'
import { startFakeApiServer, type Upgrade } from '../fake-api-server.ts'
import { podObject } from './pod-objects.ts'
import { testHost } from './test-host.ts'

// What an API server, or something that stands in its place, may send when it is hostile or broken. Each is one error of its
// kind, and none is thrown where nobody catches it: the test runner fails a test for that.

/** Short only where nothing else ends the wait. */
const limitsFor = (waits: boolean) => ({ requestTimeout: waits ? '1' : '15', maxSize: '1M' })

interface Answer {
  readonly name: string
  answer(socket: Socket): void
  readonly code: ErrorCode | undefined
  readonly message?: RegExp
  /** Only the time limit ends it. */
  readonly waits?: true
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const json = (text: string) => (socket: Socket) =>
  void socket.write(`${ok}Content-Length: ${text.length}\r\n\r\n${text}`)

function endless(socket: Socket, first: string): void {
  socket.write(first)
  const more = ' '.repeat(64 * 1024)
  const write = () => {
    while (!socket.destroyed && socket.write(more)) {}
    if (!socket.destroyed) socket.once('drain', write)
  }
  write()
}

function trickle(socket: Socket, first: string, more: string): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(more), 10)
  socket.on('close', () => clearInterval(timer))
}

const answers: readonly Answer[] = [
  { name: 'an endless body', answer: (socket) => endless(socket, `${ok}\r\n{`), code: 'too-large' },
  {
    name: 'an endless body of an error',
    answer: (socket) => endless(socket, 'HTTP/1.1 403 No\r\n\r\n'),
    code: 'api-status',
  },
  {
    name: 'a body that trickles',
    answer: (s) => trickle(s, `${ok}Content-Length: 9999\r\n\r\n{`, ' '),
    waits: true,
    code: 'server-unreachable',
  },
  { name: 'headers that trickle', answer: (s) => trickle(s, ok, 'X: a\r\n'), waits: true, code: 'server-unreachable' },
  { name: 'nothing', answer: () => undefined, waits: true, code: 'server-unreachable' },
  {
    name: 'another protocol',
    answer: (s) => void s.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    code: 'server-unreachable',
    message: /HTTP status 101, which nobody asked for/,
  },
  {
    name: 'interim answers without end',
    answer: (s) => void s.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)),
    code: 'server-unreachable',
    message: /HTTP status 100/,
  },
  {
    name: 'a redirect',
    answer: (s) => void s.write('HTTP/1.1 302 No\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n'),
    code: 'api-status',
  },
  { name: 'text', answer: json('hello'), code: 'server-unreachable', message: /not JSON/ },
  { name: 'null', answer: json('null'), code: 'server-unreachable', message: /not an object/ },
  { name: 'a list', answer: json('[]'), code: 'server-unreachable', message: /not an object/ },
  { name: 'brackets 100,000 deep', answer: json('['.repeat(1e5) + ']'.repeat(1e5)), code: 'server-unreachable' },
  { name: 'another pod', answer: json(JSON.stringify(podObject('../../../secrets?x='))), code: 'unexpected-answer' },
  { name: 'an object without a name', answer: json('{"kind":"Pod","metadata":{"name":5}}'), code: 'unexpected-answer' },
  {
    name: 'a compressed body',
    answer: (s) => void s.end(`${ok}Content-Encoding: br\r\n\r\n{}`),
    code: 'unexpected-answer',
  },
  { name: 'a closed connection', answer: (socket) => void socket.end(), code: 'server-unreachable' },
  {
    name: 'a body that is cut',
    answer: (s) => void s.end(`${ok}Content-Length: 9999\r\n\r\n{`),
    code: 'server-unreachable',
    message: /^Unable to connect to the server: its answer was cut short after 1 of 9999 bytes$/,
  },
  {
    name: 'a body that is reset',
    answer: (s) => void s.write(`${ok}\r\n{"kind":`, () => setImmediate(() => s.resetAndDestroy())),
    code: 'server-unreachable',
  },
  { name: 'what is no HTTP', answer: (s) => void s.end('SSH-2.0-x\r\n'), code: 'server-unreachable' },
  {
    name: 'a page of a proxy',
    answer: (s) => void s.end('HTTP/1.1 502 Bad Gateway\r\n\r\n<html>'),
    code: 'api-status',
    message: /^Error from server: the server answered with HTTP status 502$/,
  },
  { name: 'a page that denies', answer: (s) => void s.end('HTTP/1.1 403 No\r\n\r\n<html>'), code: 'api-status' },
]

for (const { name, answer, code, message, waits } of answers) {
  test(`the API server answers with ${name}`, { timeout: 20_000 }, async (t) => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('data', () => answer(socket))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const cluster = connect({ server: `http://127.0.0.1:${address.port}`, ...limitsFor(waits === true) }, testHost())
    t.after(() => {
      cluster.close()
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    await assert.rejects(cluster.pod('web'), (error: AppError) => isOfKind(error, code, message))
  })
}

/** The headers of an upgrade that no API server sends. */
const upgrades = [
  ['no subprotocol', (accept) => [`Sec-WebSocket-Accept: ${accept}`], /Server sent no subprotocol/],
  [
    'another subprotocol',
    (accept) => [`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: chat'],
    /Server sent an invalid subprotocol/,
  ],
  ['a wrong hash', () => ['Sec-WebSocket-Accept: xx'], /Invalid Sec-WebSocket-Accept header/],
  ['no hash', () => [], /Invalid Sec-WebSocket-Accept header/],
  [
    'an extension',
    (accept, protocol) => [
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
      'Sec-WebSocket-Extensions: x',
    ],
    /no extension was requested/,
  ],
] satisfies readonly (readonly [string, (accept: string, protocol: string) => readonly string[], RegExp])[]

for (const [name, headersOf, detail] of upgrades) {
  for (const via of ['port-forward', 'exec'] as const) {
    test(`the upgrade to a WebSocket for ${via} has ${name}`, { timeout: 20_000 }, async (t) => {
      const server = createHttpServer((_, response) => response.end(JSON.stringify(podObject('web'))))
      server.on('upgrade', ({ headers }, socket) => {
        const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
        const protocol = headers['sec-websocket-protocol']?.split(',')[0] ?? ''
        const own = headersOf(createHash('sha1').update(key).digest('base64'), protocol)
        const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', ...own]
        socket.on('error', () => undefined).write(`${lines.join('\r\n')}\r\n\r\n`)
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      const address = server.address()
      assert.ok(address !== null && typeof address === 'object')
      const cluster = connect({ server: `http://127.0.0.1:${address.port}`, ...limitsFor(false) }, testHost())
      t.after(() => {
        cluster.close()
        server.closeAllConnections()
        server.close()
      })
      const answer = cluster.open('web', { via }).then((proxy) => requiredBytes(proxy, 'config_dump'))
      await assert.rejects(answer, (error: AppError) => {
        assert.match(error.message, /^Unable to connect to the server: it did not open the WebSocket/)
        assert.match(error.hint ?? '', /may not let WebSockets through/)
        return isOfKind(error, 'server-unreachable', detail)
      })
    })
  }
}

test('a list of pods without end is given up', async (t) => {
  const item = podObject('web')
  let pages = 0
  const server = await startFakeApiServer(
    { get: () => ({ kind: 'PodList', metadata: { continue: 'more' }, items: pages++ === 0 ? [item] : [] }) },
    { plain: true },
  )
  const cluster = connect({ server: server.url }, testHost())
  t.after(() => {
    cluster.close()
    return server.close()
  })
  await assert.rejects(cluster.list({ namespace: '' }), { code: 'too-large' })
})

interface Frames {
  readonly name: string
  readonly via: Via
  send(upgrade: Upgrade): void
  readonly code: ErrorCode | undefined
  readonly message?: RegExp
}

const http = 'HTTP/1.1 200 OK\r\n'
const nothing = Buffer.alloc(0)

const frames: readonly Frames[] = [
  {
    name: 'empty frames, and then silence',
    via: 'port-forward',
    send: ({ socket }) => Array.from({ length: 1000 }).forEach(() => void socket.send(nothing)),
    code: 'timeout',
  },
  {
    name: 'frames on channels that there are not',
    via: 'port-forward',
    send: (upgrade) =>
      Array.from({ length: 200 }, (_, channel) => channel + 2).forEach((channel) => void upgrade.send(channel, 'junk')),
    code: 'timeout',
  },
  {
    name: 'a frame that is too large',
    via: 'port-forward',
    send: (upgrade) => void upgrade.send(0, Buffer.alloc(17 * 2 ** 20)),
    code: 'unexpected-answer',
    message: /broken WebSocket frame \(Max payload size exceeded\)/,
  },
  {
    name: 'a body without end',
    via: 'port-forward',
    send: (upgrade) => flood(upgrade, 0, Buffer.from(`${http}\r\n${' '.repeat(65_536)}`)),
    code: 'too-large',
  },
  {
    name: 'pings and nothing else',
    via: 'port-forward',
    send: ({ socket }) => {
      const timer = setInterval(() => socket.ping('x'), 10)
      socket.on('close', () => clearInterval(timer))
    },
    code: 'timeout',
  },
  {
    name: 'an error text of megabytes',
    via: 'port-forward',
    send: (upgrade) => void upgrade.send(1, 'e'.repeat(8e6)),
    code: 'unreachable',
    message: /^.{10,700}$/,
  },
  {
    name: 'another protocol behind the port-forward',
    via: 'port-forward',
    send: (upgrade) =>
      void upgrade.send(0, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    code: 'unexpected-answer',
  },
  {
    name: 'a TCP connection that is cut',
    via: 'port-forward',
    send: (upgrade) => upgrade.cut(),
    code: 'cut-short',
    message: /^the connection to the API server was lost$/,
  },
  {
    name: 'output without end',
    via: 'exec',
    send: (upgrade) => flood(upgrade, 1, Buffer.alloc(65_536, 'x')),
    code: 'too-large',
  },
  {
    name: 'errors without end',
    via: 'exec',
    send: (upgrade) => flood(upgrade, 2, Buffer.alloc(65_536, 'x')),
    code: 'too-large',
  },
  {
    name: 'a status that is no JSON',
    via: 'exec',
    send: (upgrade) => void upgrade.send(3, 'not json'),
    code: 'unexpected-answer',
  },
  {
    name: 'a status in the middle, and more behind it',
    via: 'exec',
    send: (upgrade) => {
      for (const channel of [1, 3, 1, 2, 7]) upgrade.send(channel, 'junk')
    },
    code: 'unexpected-answer',
  },
  {
    name: 'empty frames',
    via: 'exec',
    send: ({ socket }) => Array.from({ length: 1000 }).forEach(() => void socket.send(nothing)),
    code: 'timeout',
  },
  { name: 'a connection that is cut', via: 'exec', send: (upgrade) => upgrade.cut(), code: 'cut-short' },
  { name: 'an end without a status', via: 'exec', send: ({ socket }) => socket.close(), code: 'cut-short' },
]

/** Sends the same bytes on a channel again and again, as fast as they are read. */
function flood(upgrade: Upgrade, channel: number, bytes: Buffer): void {
  const more = (): void => {
    if (upgrade.socket.readyState === upgrade.socket.OPEN) upgrade.send(channel, bytes).then(() => setImmediate(more))
  }
  more()
}

for (const { name, via, send, code, message } of frames) {
  test(`${via} brings ${name}`, { timeout: 20_000 }, async (t) => {
    const cluster = await withFrames(t, { send, waits: code === 'timeout' })
    const proxy = await cluster.open('web', { via })
    await assert.rejects(requiredBytes(proxy, 'config_dump'), (error: AppError) => isOfKind(error, code, message))
  })
}

async function withFrames(
  t: TestContext,
  { send, waits }: { readonly send: (upgrade: Upgrade) => void; readonly waits: boolean },
) {
  const server = await startFakeApiServer(
    {
      get: () => podObject('web'),
      opened: send,
      exec: send,
    },
    { plain: true },
  )
  const cluster = connect({ server: server.url, ...limitsFor(waits) }, testHost())
  t.after(() => {
    cluster.close()
    return server.close()
  })
  return cluster
}

function isOfKind(error: AppError, code: ErrorCode | undefined, message: RegExp = /./): true {
  assert.ok(error instanceof AppError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  assert.notEqual(error.hint ?? '', '', `no next step: ${error.message}`)
  return true
}
