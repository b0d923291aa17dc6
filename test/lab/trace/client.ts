import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { HttpRequest } from '../../../src/semantics/request.ts'

/** A server that answers with the path and authority that reached it. */
export async function startEcho(address: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    response
      .writeHead(200, { 'x-path': request.url ?? '', 'x-authority': request.headers.host ?? '', 'content-length': 0 })
      .end()
  })
  server.listen(port, address)
  server.unref()
  await once(server, 'listening')
  return server
}

/** Sends one HTTP/1.1 request as it is written, and waits for the end of the connection. */
export async function sendHttp(port: number, { method, path, authority, headers }: HttpRequest): Promise<void> {
  const lines = [
    `${method} ${path ?? '/'} HTTP/1.1`,
    `host: ${authority ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    '',
    '',
  ]
  const socket = connect(port, '127.0.0.1')
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write(lines.join('\r\n'))
  // Envoy keeps a connection open for a while after answers of its own: the head of the answer is enough.
  socket.on('data', () => socket.destroy())
  socket.on('end', () => socket.destroy())
  await closed
}

/** Opens a connection, plain or with a TLS hello, sends a few bytes and closes. @returns the client's port */
export async function openTcp(
  port: number,
  tls: { servername: string | undefined; alpn: readonly string[] } | undefined,
): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' })
  // Not once(): it rejects on errors, and a reset is one of the answers.
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  const { localPort = 0 } = socket
  if (tls === undefined) socket.write('x: not http\r\n\r\n')
  else {
    const options = {
      socket,
      rejectUnauthorized: false,
      ALPNProtocols: [...tls.alpn],
      ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    }
    connectTls(options).on('error', () => socket.destroy())
  }
  const timer = setTimeout(() => socket.destroy(), 150)
  socket.resume()
  await closed
  clearTimeout(timer)
  return localPort
}
