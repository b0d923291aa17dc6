import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import type { KubeConfig } from '@kubernetes/client-node'
import type { WebSocketInterface } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
import { type ClientOptions, WebSocket } from 'ws'
import { AppError } from '../../../errors.ts'
import { boundedBody } from '../../bounded-body.ts'
import { limits } from '../../limits.ts'
import { logged } from '../../logged.ts'
import { shownUrl } from '../../shown-url.ts'
import { statusError, transportError } from './answer-errors.ts'
import { defaultTimeoutMs, mutable, tooSlow } from './api.ts'
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
      const url = shownUrl(connection.access.server) + path
      const opening = openTwice({ connection, signal, onSocket, path, onText, onBinary })
      const upgraded = opening.then((socket) => ({ status: 101, socket }))
      return (await logged(connection.progress, { method: 'GET', url }, upgraded)).socket
    },
  }
}

async function openTwice(opening: Opening): Promise<WebSocket> {
  const { connection, signal } = opening
  try {
    return await open(opening)
  } catch (error) {
    signal?.throwIfAborted()
    // The server may close an idle connection in the moment it is used again.
    if (!isReset(error)) throw transportError(error, connection.access)
  }
  return await open(opening).catch((error) => {
    throw transportError(error, connection.access)
  })
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
    const limit = connection.access.requestTimeout ?? defaultTimeoutMs
    const socket = guarded(
      new GuardedWebSocket(uri, protocols, { ...options, ...ownOptions, handshakeTimeout: limit }),
      {
        limit,
        signal,
        failed: failed.reject,
      },
    )
    onSocket?.(socket)
    return socket
  }
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() }
  const opened = new WebSocketHandler(config as KubeConfig, factory, streams).connect(path, onText, onBinary)
  // client-node rejects with an ErrorEvent; what is behind it comes through `failed`, which is called first.
  return await Promise.race([failed.promise, opened])
}

const ownOptions: ClientOptions = { perMessageDeflate: false, maxPayload: limits.frame }

interface Guard {
  /** Milliseconds until the socket must be open. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
  /** Told why it did not open. */
  failed(error: Error): void
}

function guarded(socket: WebSocket, { limit, signal, failed }: Guard): WebSocket {
  const abort = () => socket.terminate()
  signal?.addEventListener('abort', abort, { once: true })
  let isAnswered = false
  const refuse = (error: Error) => {
    clearTimeout(late)
    failed(isAnswered ? noWebSocket(error) : error)
  }
  // The library's own limit begins anew with each byte.
  const late = setTimeout(() => {
    failed(tooSlow())
    socket.terminate()
  }, limit)
  // Before the library looks at its headers: what it says from here until `open` is what is wrong with them.
  socket.once('upgrade', () => {
    isAnswered = true
  })
  socket.once('open', () => {
    clearTimeout(late)
    // From here on errors are those of who uses it.
    socket.off('error', refuse).on('error', () => undefined)
  })
  socket.on('close', () => {
    clearTimeout(late)
    signal?.removeEventListener('abort', abort)
  })
  socket.on('error', refuse)
  socket.on('unexpected-response', (request, response) => {
    boundedBody(response, 'the API server')
      .catch(() => ({ body: Buffer.alloc(0) }))
      .then(({ body }) => {
        refuse(refusal(response, body.toString('utf8')))
        request.destroy()
      })
  })
  return socket
}

/** Also a success is a refusal here: what was asked for is an upgrade. */
function refusal({ statusCode: status = 0, headers }: IncomingMessage, body: string): AppError {
  if (status >= 400) return statusError(status, body, headers)
  return new AppError(
    `Unable to connect to the server: it answered HTTP status ${status} where a WebSocket was asked for`,
    {
      code: 'server-unreachable',
      hint: notLetThrough,
    },
  )
}

/** It agreed to a WebSocket, with headers that no API server sends. */
function noWebSocket(cause: Error): AppError {
  return new AppError(
    `Unable to connect to the server: it did not open the WebSocket that was asked for (${cause.message})`,
    { cause, code: 'server-unreachable', hint: notLetThrough },
  )
}

const notLetThrough = 'A proxy between here and the API server may not let WebSockets through.'

/**
 * A socket on which what listeners throw is a failure of the connection: client-node's reads a byte of an empty frame, and
 * parses a status that is not JSON. Thrown in a callback it would end the process.
 */
class GuardedWebSocket extends WebSocket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== 'message') return super.emit(event, ...args)
    const [data] = args
    // An empty frame is on no channel; what still comes after the end, or after a broken frame, is nobody's.
    if (this.readyState !== WebSocket.OPEN || (Buffer.isBuffer(data) && data.length === 0)) return true
    try {
      return super.emit(event, ...args)
    } catch (error) {
      super.emit('error', error)
      this.terminate()
      return true
    }
  }
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
