import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { Keys } from './keys.ts'

/** Where the servers behind Envoy listen. */
export const serverPorts = {
  first: 22_500,
  second: 22_501,
  tls: 22_502,
  http2: 22_503,
  expired: 22_504,
  /** Nothing listens here. */
  none: 22_505,
} as const

export interface Servers {
  /** How often a server was asked with this header `x-key`. */
  hits(key: string): number
  close(): void
}

/**
 * Servers that answer as the path says: `/slow` after 600 ms, `/fail` with 503, `/flaky` with 503 to the first of a key, `/hang` not at all
 * to the first; everything else with 200, and in `x-server` which of them it is.
 */
export async function startServers(keys: Keys): Promise<Servers> {
  const hits = new Map<string, number>()
  const answer = (name: string) => (request: IncomingMessage, response: ServerResponse) => {
    const key = String(request.headers['x-key'] ?? '')
    const count = (hits.get(key) ?? 0) + 1
    hits.set(key, count)
    const reply = (status: number) => response.writeHead(status, { 'x-server': name, 'content-length': 0 }).end()
    const path = request.url ?? '/'
    request.resume()
    if (path.startsWith('/slow')) setTimeout(() => reply(200), 600)
    else if (path.startsWith('/fail')) reply(503)
    else if (path.startsWith('/flaky')) reply(count === 1 ? 503 : 200)
    else if (path.startsWith('/hang')) {
      if (count > 1) reply(200)
    } else reply(200)
  }
  const http2 = createHttp2Server()
  http2.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'x-server': 'http2' })
    stream.end()
  })
  http2.on('sessionError', () => undefined)
  const started = await Promise.all([
    listening(createServer(answer('first')), serverPorts.first),
    listening(createServer(answer('second')), serverPorts.second),
    listening(createTlsServer(keys.server, answer('tls')), serverPorts.tls),
    listening(createTlsServer(keys.expired, answer('expired')), serverPorts.expired),
  ])
  http2.listen(serverPorts.http2, '127.0.0.1')
  http2.unref()
  await once(http2, 'listening')
  return {
    hits: (key) => hits.get(key) ?? 0,
    close() {
      for (const server of started) {
        server.closeAllConnections()
        server.close()
      }
      http2.close()
    },
  }
}

async function listening(server: Server, port: number): Promise<Server> {
  server.keepAliveTimeout = 120_000
  server.listen(port, '127.0.0.1')
  server.unref()
  await once(server, 'listening')
  return server
}
