import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import { clockAt } from '../clock.ts'

/** What a test says about a port-forward or exec that a client opened. */
export interface Upgrade {
  readonly url: URL
  readonly socket: WebSocket
  /** Sends bytes on one channel. */
  send(channel: number, bytes: Uint8Array | string): Promise<void>
  /** Ends the TCP connection without a close frame. */
  cut(): void
}

export interface FakeApiServer {
  readonly url: string
  readonly caFile: string
  /** One item for each request or upgrade: method and path. */
  readonly requests: string[]
  readonly headers: IncomingMessage['headers'][]
  /** TCP connections accepted so far, and still open now. */
  readonly connections: { accepted: number; open: number }
  close(): Promise<void>
}

export interface FakeHandlers {
  /** The object to answer with, or a status and body. undefined is a NotFound. */
  get?(
    path: string,
    query: URLSearchParams,
  ): object | { status: number; body: string; headers?: Record<string, string> } | undefined
  /** Refuses an upgrade with this status and body. */
  refuse?(path: string): { status: number; body: string } | undefined
  /** A port-forward whose bytes the test handles: called with each message of the client on channel 0. */
  portForward?(upgrade: Upgrade, data: Buffer): void
  /** Called when a port-forward is open, before any data. */
  opened?(upgrade: Upgrade): void
  exec?(upgrade: Upgrade, command: string[]): void
}

const supported = { exec: ['v5.channel.k8s.io', 'v4.channel.k8s.io'], portforward: ['v4.channel.k8s.io'] }

/**
 * A loopback server that speaks what a client sees of the Kubernetes API: objects, Status errors, and the kubelet's channel
 * protocol for port-forward and exec.
 */
export async function startFakeApiServer(
  handlers: FakeHandlers,
  options: { plain?: boolean } = {},
): Promise<FakeApiServer> {
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const connections = { accepted: 0, open: 0 }
  const open = new Set<Socket>()
  const tls = options.plain ? undefined : certificate()
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    requests.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    const found = handlers.get?.(url.pathname, url.searchParams) ?? notFound(url.pathname)
    const { status, body } = 'status' in found && 'body' in found ? found : { status: 200, body: JSON.stringify(found) }
    const more = 'headers' in found && 'status' in found ? (found.headers as Record<string, string>) : {}
    response.writeHead(Number(status), { 'Content-Type': 'application/json', ...more }).end(String(body))
  }
  const server =
    tls === undefined ? createHttpServer(answer) : createHttpsServer({ key: tls.key, cert: tls.cert }, answer)
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered, request) => {
      const known = request.url?.includes('/exec?') ? supported.exec : supported.portforward
      return known.find((name) => offered.has(name)) ?? false
    },
  })
  server.on('connection', (socket: Socket) => {
    connections.accepted++
    connections.open++
    open.add(socket)
    socket.on('close', () => {
      connections.open--
      open.delete(socket)
    })
  })
  server.on('upgrade', (request, socket, head) => {
    requests.push(`UPGRADE ${request.url}`)
    headers.push(request.headers)
    const url = new URL(request.url ?? '/', 'http://fake')
    const refusal = handlers.refuse?.(url.pathname)
    if (refusal !== undefined) {
      const length = Buffer.byteLength(refusal.body)
      socket.end(`HTTP/1.1 ${refusal.status} No\r\nContent-Length: ${length}\r\n\r\n${refusal.body}`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const upgrade: Upgrade = {
        url,
        socket: webSocket,
        send: (channel, bytes) =>
          new Promise((done) =>
            webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes as Uint8Array)]), () => done()),
          ),
        cut: () => socket.destroy(),
      }
      if (url.pathname.endsWith('/exec')) {
        handlers.exec?.(upgrade, url.searchParams.getAll('command'))
        return
      }
      const port = Number(url.searchParams.get('ports'))
      for (const channel of [0, 1]) upgrade.send(channel, Buffer.of(port & 255, port >> 8))
      handlers.opened?.(upgrade)
      webSocket.on('message', (message: Buffer) => {
        if (message[0] === 0) handlers.portForward?.(upgrade, message.subarray(1))
      })
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    caFile: tls?.file ?? '',
    requests,
    headers,
    connections,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((done) => server.close(done))
      tls?.remove()
    },
  }
}

/** A Status as the API server words it. */
export function status(code: number, reason: string, message: string): { status: number; body: string } {
  return {
    status: code,
    body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code }),
  }
}

function notFound(path: string): { status: number; body: string } {
  const [resource, name] = path.split('/').slice(-2)
  return status(404, 'NotFound', `${resource} "${name}" not found`)
}

/** A certificate for 127.0.0.1 that signs itself. */
export function certificate(): { key: Buffer; cert: Buffer; file: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'fake-api-'))
  const file = join(directory, 'tls.crt')
  const keyFile = join(directory, 'tls.key')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  const names = ['-subj', '/CN=fake', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:fake.example']
  execFileSync('openssl', ['req', '-x509', ...key, '-out', file, '-days', '36500', ...names], {
    stdio: 'pipe',
    // Valid at every moment that a test gives the program.
    env: { ...process.env, ...clockAt(new Date('2020-01-01T00:00:00Z')) },
  })
  return {
    key: readFileSync(keyFile),
    cert: readFileSync(file),
    file,
    remove: () => rmSync(directory, { recursive: true }),
  }
}
