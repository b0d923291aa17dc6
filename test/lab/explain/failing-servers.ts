import { once } from 'node:events'
import { createServer as createHttp2 } from 'node:http2'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'

/** Where each server of the lab listens; nobody does at `refused`. */
export const ports = {
  http: 24_101,
  http2: 24_102,
  tls: 24_103,
  mutualTls: 24_104,
  silent: 24_105,
  refused: 24_106,
} as const

const huge = 8 * 2 ** 20

/** What a server of HTTP/1.1 does with a request, by its path; any other is answered with 200. */
const behaviour: Readonly<Record<string, (socket: Socket) => void>> = {
  '/error': (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'),
  '/denied': (socket) => socket.write('HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n'),
  '/closes': (socket) => socket.destroy(),
  // More than a client takes that does not read.
  '/huge': (socket) => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${huge}\r\n\r\n${'x'.repeat(huge)}`),
  '/garbage': (socket) => socket.write('this is no HTTP\r\n\r\n'),
  '/half': (socket) =>
    void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf', () => socket.destroySoon()),
}

/** Paths of the same that are never answered. */
const silent = /^\/(?:slow|idle|longest|short|away|reset-by-client|duration)/

function answerHttp(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const [, path = ''] = /^[A-Z]+ (\/[^? ]*)/.exec(chunk.toString('latin1')) ?? []
    if (silent.test(path)) return
    const own = behaviour[path]
    if (own === undefined) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    else own(socket)
  })
}

/** Starts every server. @param pem a certificate with its key @returns what ends them */
export async function startFailingServers(pem: string): Promise<() => void> {
  const http2 = createHttp2()
  http2.on('stream', (stream) => {
    stream.on('error', () => undefined)
    stream.close(2)
  })
  const identity = { cert: pem, key: pem }
  const servers: readonly (readonly [Server, number])[] = [
    [createServer(answerHttp), ports.http],
    [http2, ports.http2],
    [createTls(identity, answerHttp), ports.tls],
    [createTls({ ...identity, requestCert: true, rejectUnauthorized: true, ca: pem }, answerHttp), ports.mutualTls],
    [createServer((socket) => socket.on('error', () => socket.destroy()).resume()), ports.silent],
  ]
  for (const [server, port] of servers) {
    server.on('tlsClientError', () => undefined)
    server.listen(port, '127.0.0.1').unref()
    await once(server, 'listening')
  }
  return () => {
    for (const [server] of servers) server.close()
  }
}
