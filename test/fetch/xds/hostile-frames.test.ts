import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { AppError } from '../../../src/errors.ts'
import { withCall } from '../../../src/fetch/xds/grpc.ts'

/** A frame of HTTP/2. https://www.rfc-editor.org/rfc/rfc9113#name-frame-format */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

const settings = frame(4, 0, 0)
/** `:status: 200` of HPACK's static table, as all headers or the first of more. */
const status = Buffer.from([0x88])
const headers = frame(1, 4, 1, status)

/** Writes again and again, as fast as it is read. */
function forever(socket: Socket, bytes: Buffer): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
    if (!socket.destroyed) socket.once('drain', more)
  }
  more()
}

/** What a server says that speaks HTTP/2 byte by byte. */
const servers: Readonly<Record<string, (socket: Socket) => void>> = {
  'headers without end'(socket) {
    socket.write(Buffer.concat([settings, frame(1, 0, 1, status)]))
    forever(socket, frame(9, 0, 1, Buffer.from('\x00\x01a\x01b', 'latin1')))
  },
  'interim answers without end'(socket) {
    socket.write(settings)
    forever(socket, frame(1, 4, 1, Buffer.from('\x08\x03103', 'latin1')))
  },
  'empty frames of data without end'(socket) {
    socket.write(Buffer.concat([settings, headers]))
    forever(socket, frame(0, 0, 1))
  },
  'empty messages without end'(socket) {
    socket.write(Buffer.concat([settings, headers]))
    forever(socket, frame(0, 0, 1, Buffer.alloc(5)))
  },
  'a frame larger than allowed'(socket) {
    socket.write(Buffer.concat([settings, headers, frame(0, 0, 1, Buffer.alloc(20_000_000 & 0xffffff))]))
  },
  'settings and pings without end'(socket) {
    socket.write(settings)
    forever(socket, Buffer.concat([settings, frame(6, 0, 0, Buffer.alloc(8))]))
  },
  'another protocol'(socket) {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n')
  },
  nothing() {},
}

for (const [name, hostile] of Object.entries(servers)) {
  test(`a control plane that sends ${name}: one line, in the memory that there is`, {
    // Ends a call that its limit of one second does not end.
    timeout: 20_000,
  }, async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.resume()
      hostile(socket)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const before = process.memoryUsage().rss
    const call = {
      stream: connect((server.address() as AddressInfo).port, '127.0.0.1'),
      secure: false,
      authority: 'fake',
      method: '/a.B/C',
      token: undefined,
      label: 'fake',
      limit: 1000,
      maxSize: 2 ** 20,
    }
    await assert.rejects(
      withCall(call, async ({ send, next }) => {
        send(new Uint8Array())
        for (;;) await next()
      }),
      (error) =>
        error instanceof AppError &&
        /^fake .*/.test(error.message.replace('the answer from ', '')) &&
        !error.message.includes('\n'),
    )
    assert.ok(process.memoryUsage().rss - before < 300e6)
    server.close()
  })
}
