import { PassThrough } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocketInterface } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { type ClientOptions, WebSocket } from 'ws'
import { mutable, patience } from './api.ts'
import { statusError, transportError } from './api-error.ts'
import type { Connection } from './connection.ts'

// client-node does the channel protocol (sub-protocol negotiation v5 to v1, channel bytes) and, built on it, exec. What it
// does not do is added by the socket factory: the API's Status when the upgrade is refused, an end by AbortSignal, no
// compression (the data crosses a TLS link once), and our connection with its headers and proxy.

/** Called with each socket before it is open. */
type OnSocket = (socket: WebSocket) => void

/**
 * A WebSocket opener for client-node's Exec and for our port-forward. `connect` rejects with ApiError or AppError in
 * kubectl's words, never with client-node's ErrorEvent.
 */
export function webSockets(connection: Connection, signal?: AbortSignal, onSocket?: OnSocket): WebSocketInterface {
  return {
    async connect(path, onText, onBinary) {
      const input = { connection, signal, onSocket, path, onText, onBinary }
      try {
        return await open(input)
      } catch (error) {
        signal?.throwIfAborted()
        // The server may close an idle connection in the moment it is used again.
        if (!isReset(error)) throw transportError(error, connection.access)
      }
      return await open(input).catch((error) => {
        throw transportError(error, connection.access)
      })
    },
  }
}

type Connect = Parameters<WebSocketInterface['connect']>

interface Opening {
  readonly connection: Connection
  readonly signal: AbortSignal | undefined
  readonly onSocket: OnSocket | undefined
  readonly path: Connect[0]
  readonly onText: Connect[1]
  readonly onBinary: Connect[2]
}

async function open({ connection, signal, onSocket, path, onText, onBinary }: Opening): Promise<WebSocket> {
  signal?.throwIfAborted()
  const { agent, headers } = await connection.dialog(signal)
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  // client-node types its config as a class but asks these two things of it.
  const config: Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'> = {
    getCurrentCluster: () => ({
      name: '',
      server: connection.access.server,
      skipTLSVerify: connection.access.insecure,
    }),
    async applyToHTTPSOptions(options) {
      options.agent = agent
      options.headers = mutable(headers)
    },
  }
  const factory = (uri: string, protocols: string[], options: ClientOptions) => {
    const handshakeTimeout = connection.access.requestTimeout ?? patience
    const socket = new WebSocket(uri, protocols, {
      ...options,
      perMessageDeflate: false,
      maxPayload: 0,
      handshakeTimeout,
    })
    const abort = () => socket.terminate()
    signal?.addEventListener('abort', abort, { once: true })
    socket.on('close', () => signal?.removeEventListener('abort', abort))
    socket.on('error', failed.reject)
    socket.on('unexpected-response', (request, response) => {
      const chunks: Buffer[] = []
      const settle = () => {
        failed.reject(statusError(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')))
        request.destroy()
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', settle)
      response.on('end', settle)
    })
    onSocket?.(socket)
    return socket
  }
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const opened = new WebSocketHandler(config as KubeConfig, factory, streams).connect(path, onText, onBinary)
  // client-node rejects with an ErrorEvent; what is behind it comes through `failed`, which is told first.
  return await Promise.race([failed.promise, opened])
}

function isReset(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE'
}

/** Closes politely, without making the program wait for the other side. */
export function hangUp(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CLOSED) return
  socket.close()
  setTimeout(() => socket.terminate(), 500).unref()
}
