import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { AppError, type ErrorCode, UsageError } from '../../src/errors.ts'
import { sizeLimit } from '../../src/fetch/limits.ts'
import { shownUrl } from '../../src/fetch/shown-url.ts'
import { urlProxy } from '../../src/fetch/url-proxy.ts'
import { requiredBytes } from '../../src/mesh/proxies/pages.ts'

// What an endpoint may answer when it is hostile, broken, or something else. Each is an error of its kind: in the time and the
// memory allowed, and never a wait without an end.

const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`

/** Writes until nobody reads any more. */
function endless(socket: Socket, first: string, more: string): void {
  socket.write(first)
  const write = () => {
    while (!socket.destroyed && socket.write(more)) {}
    if (!socket.destroyed) socket.once('drain', write)
  }
  write()
}

/** A byte every 10 ms. */
function trickle(socket: Socket, first: string, more = ' '): void {
  socket.write(first)
  const timer = setInterval(() => socket.write(more), 10)
  socket.on('close', () => clearInterval(timer))
}

interface Mode {
  readonly name: string
  answer(socket: Socket): void
  readonly code: ErrorCode | undefined
  readonly message?: RegExp
}

const reply = (text: string) => (socket: Socket) => void socket.end(text)
const many = 'x'.repeat(64 * 1024)

const modes: readonly Mode[] = [
  {
    name: 'an endless body in chunks',
    answer: (socket) => endless(socket, chunked, `10000\r\n${many}\r\n`),
    code: 'too-large',
    message: /is larger than 1 MiB$/,
  },
  {
    name: 'an endless body without a length',
    answer: (socket) => endless(socket, `${head}\r\n{"configs":[`, many),
    code: 'too-large',
  },
  {
    name: 'a length that is too large, with nothing behind it',
    answer: (socket) => void socket.write(`${head}Content-Length: 1048577\r\n\r\n`),
    code: 'too-large',
  },
  {
    name: 'a body that trickles',
    answer: (s) => trickle(s, `${head}Content-Length: 1000000\r\n\r\n{`),
    code: 'timeout',
  },
  { name: 'chunks that trickle', answer: (s) => trickle(s, chunked, '1\r\n \r\n'), code: 'timeout' },
  { name: 'headers that trickle', answer: (s) => trickle(s, 'HTTP/1.1 200 OK\r\n', 'X: a\r\n'), code: 'timeout' },
  { name: 'a status line that trickles', answer: (s) => trickle(s, 'HTTP/1.1 200 ', 'O'), code: 'timeout' },
  { name: 'nothing at all', answer: () => undefined, code: 'timeout' },
  {
    name: 'a body that stops',
    answer: (socket) => void socket.write(`${head}Content-Length: 100\r\n\r\n{"configs":`),
    code: 'timeout',
    message: /(?:stopped in the middle of|did not end) its answer/,
  },
  {
    name: 'interim answers without end',
    answer: (socket) => endless(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'),
    code: 'unexpected-answer',
  },
  {
    name: 'another protocol, and then silence',
    answer: (s) => void s.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nhello'),
    code: 'unexpected-answer',
    message: /answered HTTP status 101, which nobody asked for/,
  },
  {
    name: 'a compressed body',
    answer: reply(`${head}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b`),
    code: 'unexpected-answer',
  },
  {
    name: 'an endless body of an error',
    answer: (socket) => endless(socket, 'HTTP/1.1 500 No\r\n\r\nit broke\n', many),
    code: 'admin-status',
    message: /answered HTTP status 500 to \/config_dump: it broke$/,
  },
  { name: 'no content', answer: reply('HTTP/1.1 204 No Content\r\n\r\n'), code: 'admin-status' },
  {
    name: 'a redirect to a file',
    answer: reply('HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n'),
    code: 'admin-status',
  },
  {
    name: 'headers without end',
    answer: (s) => endless(s, 'HTTP/1.1 200 OK\r\n', 'X-a: b\r\n'.repeat(1000)),
    code: 'not-http',
  },
  { name: 'a header of 1 MB', answer: reply(`${head}X: ${'a'.repeat(1e6)}\r\n\r\n{}`), code: 'not-http' },
  { name: 'a negative length', answer: reply(`${head}Content-Length: -5\r\n\r\n{}`), code: 'not-http' },
  { name: 'two lengths', answer: reply(`${head}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`), code: 'not-http' },
  {
    name: 'a length past every number',
    answer: reply(`${head}Content-Length: ${'9'.repeat(30)}\r\n\r\n{}`),
    code: 'not-http',
  },
  { name: 'HTTP 0.9', answer: reply('{"configs":[]}'), code: 'not-http' },
  { name: 'a chunk of no size', answer: reply(`${chunked}ZZZ\r\n{}\r\n0\r\n\r\n`), code: 'cut-short' },
  { name: 'a chunk extension without end', answer: (s) => endless(s, `${chunked}5;`, many), code: 'cut-short' },
  {
    name: 'trailers without end',
    answer: (s) => endless(s, `${chunked}2\r\n{}\r\n0\r\n`, 'X-a: b\r\n'.repeat(1000)),
    code: 'cut-short',
  },
  { name: 'a body that is cut', answer: reply(`${head}Content-Length: 100\r\n\r\n{"a":`), code: 'cut-short' },
  { name: 'a connection that is closed', answer: (socket) => void socket.end(), code: 'no-answer' },
  { name: 'a connection that is reset', answer: (socket) => void socket.resetAndDestroy(), code: 'no-answer' },
  { name: 'text', answer: reply(`${head}Content-Length: 5\r\n\r\nhello`), code: 'unexpected-answer' },
]

async function serve(t: TestContext, answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

for (const { name, answer, code, message } of modes) {
  test(`the endpoint answers with ${name}`, { timeout: 20_000 }, async (t) => {
    const url = await serve(t, answer)
    const proxy = urlProxy(url, {
      requestTimeout: code === 'timeout' ? 300 : 15_000,
      maxSize: 2 ** 20,
      note: () => undefined,
    })
    await assert.rejects(requiredBytes(proxy, 'config_dump'), (error: AppError) => {
      assert.ok(error instanceof AppError, String(error))
      assert.equal(error.code, code, error.message)
      if (message !== undefined) assert.match(error.message, message)
      return true
    })
  })
}

test('what is exactly as large as the limit is read', async (t) => {
  const body = `{"a":"${'x'.repeat(2 ** 20 - 8)}"}`
  const url = await serve(t, reply(`${head}\r\n${body}`))
  const read = (maxSize: number) => requiredBytes(urlProxy(url, { maxSize, note: () => undefined }), 'config_dump')
  assert.equal((await read(2 ** 20)).length, 2 ** 20)
  await assert.rejects(read(2 ** 20 - 1), { code: 'too-large' })
})

test('user name, password and query of --url are in no label, error or line of the log', async (t) => {
  const url = await serve(t, reply('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'))
  const seen: string[] = []
  const progress = {
    doing: (what: string) => void seen.push(what),
    done: () => undefined,
    received: () => undefined,
    requested: (request: object) => void seen.push(JSON.stringify(request)),
  }
  assert.throws(
    () => urlProxy(`ftp://me:s3cr3t@host?key=s3cr3t`, { note: () => undefined }),
    (error: AppError) => {
      assert.doesNotMatch(error.message, /s3cr3t/)
      return true
    },
  )
  for (const text of [url.replace('//', '//me:s3cr3t@'), `${url}/?token=s3cr3t`, `${url}/#s3cr3t`]) {
    const proxy = urlProxy(text, { note: (line) => void seen.push(line), progress })
    const error = await requiredBytes(proxy, 'config_dump').then(
      () => assert.fail('it answers 500'),
      (thrown: AppError) => thrown,
    )
    seen.push(proxy.label, error.message, error.hint ?? '')
  }
  assert.match(seen.join('\n'), /asking http:\/\/127/)
  assert.doesNotMatch(seen.join('\n'), /s3cr3t/)
})

test('an address is shown without what may be secret, whatever it is', () => {
  for (const [text, shown] of [
    ['http://h:1/a/b', 'http://h:1/a/b'],
    ['http://u@h', 'http://h'],
    ['https://u:p@h:6443/k8s?token=t#f', 'https://h:6443/k8s'],
    ['http://u:p/with@and?signs@h:1', 'http://h:1'],
    ['u:p@proxy:3128', 'proxy:3128'],
    ['socks5://u:p@h', 'socks5://h'],
    ['unix:///run/admin.sock', 'unix:///run/admin.sock'],
    ['http://[::1]:1', 'http://[::1]:1'],
    ['nonsense', 'nonsense'],
  ])
    assert.equal(shownUrl(text ?? ''), shown)
})

test('--max-size', () => {
  for (const [text, bytes] of [
    [undefined, 256 * 2 ** 20],
    ['1', 1],
    ['3K', 3 * 2 ** 10],
    ['512M', 512 * 2 ** 20],
    ['2g', 2 * 2 ** 30],
    ['2GiB', 2 * 2 ** 30],
    ['4G', 2 ** 32],
  ] as const)
    assert.equal(sizeLimit(text), bytes)
  for (const text of ['', '0', '-1', '1.5G', 'M', '1T', '4294967297', '5G', '9'.repeat(16), '1 G'])
    assert.throws(() => sizeLimit(text), UsageError, text)
})
