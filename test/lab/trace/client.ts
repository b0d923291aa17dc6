import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import type { HttpRequest } from '../../../src/semantics/request.ts'

/** A server that answers with the path and authority that reached it. */
export async function startEcho(address: string, port: number): Promise<Server> {
  return listening(createServer({ keepAliveTimeout }, echo), address, port)
}

/**
 * The same behind TLS, with the server name of the handshake.
 * @param certificate with its key
 */
export async function startTlsEcho(address: string, port: number, certificate: string): Promise<Server> {
  return listening(createTlsServer({ key: certificate, cert: certificate, keepAliveTimeout }, echo), address, port)
}

/** Envoy keeps its connections: one that ends just when it is used again is an answer of its own. */
const keepAliveTimeout = 120_000

function echo(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  const sni = socket instanceof TLSSocket ? { 'x-sni': servernameOf(socket) || 'none' } : {}
  response
    .writeHead(200, {
      'x-path': request.url ?? '',
      'x-authority': request.headers.host ?? '',
      ...sni,
      'content-length': 0,
    })
    .end()
}

function servernameOf(socket: TLSSocket): string {
  return 'servername' in socket && typeof socket.servername === 'string' ? socket.servername : ''
}

async function listening(server: Server, address: string, port: number): Promise<Server> {
  server.listen(port, address)
  server.unref()
  await once(server, 'listening')
  return server
}

/** A certificate that is its own root, with its key. */
export function serverCertificate(names: readonly string[], addresses: readonly string[]): string {
  const alternative = [...names.map((name) => `DNS:${name}`), ...addresses.map((one) => `IP:${one}`)]
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/O=test', '-keyout', '-']
  return execFileSync(
    'openssl',
    ['req', '-x509', '-new', ...options, '-addext', `subjectAltName=${alternative.join(',')}`, '-days', '30'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
}

/** How a client connects. */
export interface ClientSide {
  /** Its address, of 127.0.0.0/8. */
  readonly address: string
  /** It speaks TLS; with a certificate of its own if there is one. */
  readonly tls?: { readonly pem?: string | undefined } | undefined
}

/** Sends one HTTP/1.1 request as it is written, and waits for the end of the connection. */
export async function sendHttp(
  port: number,
  { method, path, authority, headers }: HttpRequest,
  { address, tls }: ClientSide = { address: '127.0.0.1' },
): Promise<void> {
  const lines = [
    `${method} ${path ?? '/'} HTTP/1.1`,
    `host: ${authority ?? ''}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    '',
    '',
  ]
  const socket = connect({ port, host: '127.0.0.1', localAddress: address })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  const stream =
    tls === undefined ? socket : connectTls({ socket, rejectUnauthorized: false, key: tls.pem, cert: tls.pem })
  stream.on('error', () => socket.destroy())
  stream.write(lines.join('\r\n'))
  // Envoy keeps a connection open for a while after answers of its own: the head of the answer is enough.
  stream.on('data', () => socket.destroy())
  stream.on('end', () => socket.destroy())
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
  // Envoy closes it: there is no endpoint. It only ends what would wait for ever.
  const timer = setTimeout(() => socket.destroy(), 5_000)
  socket.resume()
  await closed
  clearTimeout(timer)
  return localPort
}
