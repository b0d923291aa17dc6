import { PassThrough } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocketInterface } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { WebSocket } from 'ws'
import { AppError } from '../../errors.ts'
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
      signal?.throwIfAborted()
      const { agent, headers } = await connection.dialog(signal)
      const refused = Promise.withResolvers<never>()
      refused.promise.catch(() => undefined)
      let reason: unknown
      // client-node types its config as a class but asks these two things of it.
      const config: Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'> = {
        getCurrentCluster: () => ({
          name: 'current',
          server: connection.access.server,
          skipTLSVerify: connection.access.insecure,
        }),
        async applyToHTTPSOptions(options) {
          options.agent = agent
          options.headers = mutable(headers)
        },
      }
      const handler = new WebSocketHandler(
        config as KubeConfig,
        (uri, protocols, options) => {
          const socket = new WebSocket(uri, protocols, {
            ...options,
            perMessageDeflate: false,
            maxPayload: 0,
            handshakeTimeout: connection.access.requestTimeout ?? patience,
          })
          const abort = () => socket.terminate()
          signal?.addEventListener('abort', abort, { once: true })
          socket.on('close', () => signal?.removeEventListener('abort', abort))
          socket.on('error', (error) => {
            reason ??= error
          })
          socket.on('unexpected-response', (request, response) => {
            const chunks: Buffer[] = []
            const settle = () => {
              refused.reject(statusError(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')))
              request.destroy()
            }
            response.on('data', (chunk: Buffer) => chunks.push(chunk))
            response.on('error', settle)
            response.on('end', settle)
          })
          onSocket?.(socket)
          return socket
        },
        { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() },
      )
      try {
        return await Promise.race([handler.connect(path, onText, onBinary), refused.promise])
      } catch (error) {
        signal?.throwIfAborted()
        throw transportError(
          reason ?? (error instanceof AppError ? error : new Error('WebSocket failed', { cause: error })),
          connection.access,
        )
      }
    },
  }
}

/** Closes politely, without making the program wait for the other side. */
export function hangUp(socket: WebSocket): void {
  if (socket.readyState === WebSocket.CLOSED) return
  socket.close()
  setTimeout(() => socket.terminate(), 500).unref()
}
