import { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { AppError } from '../../../errors.ts'
import { pathSegment } from '../../../mesh/api/path-segment.ts'
import { forbidden } from '../../../mesh/api/rbac.ts'
import { limits } from '../../limits.ts'
import type { Connection } from '../api/connection.ts'
import { hangUp, webSockets } from '../api/web-socket.ts'

export interface PodAddress {
  readonly name: string
  readonly namespace: string
  readonly port: number
}

/**
 * One TCP connection to a port of a pod, over one WebSocket; no socket listens on this machine. Channel 0 is data, channel 1
 * is the kubelet's error text; each begins with a frame of two bytes, the port number.
 * https://github.com/kubernetes/kubernetes/blob/master/staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 * @throws ApiError when the upgrade is refused. Later failures destroy the stream with an AppError.
 */
export async function portForward(connection: Connection, address: PodAddress, signal?: AbortSignal): Promise<Duplex> {
  const { name, namespace, port } = address
  const stream = new ForwardedStream(address)
  const path = `/api/v1/namespaces/${pathSegment(namespace)}/pods/${pathSegment(name)}/portforward?ports=${port}`
  const opener = webSockets(connection, signal, (socket) => stream.attach(socket))
  const receive = (channel: number, bytes: Buffer) => {
    stream.receive(channel, bytes)
    return true
  }
  // API servers before 1.35 ask for `get` on a WebSocket, later ones for `create`.
  const permission = { resource: 'pods/portforward', verbs: ['get', 'create'], namespace }
  await forbidden(opener.connect(path, null, receive), permission)
  return stream
}

class ForwardedStream extends Duplex {
  readonly #address: PodAddress
  readonly #awaitsHeader = [true, true]
  #socket: WebSocket | undefined
  #error = ''

  constructor(address: PodAddress) {
    super()
    this.#address = address
    // The kubelet may report a failure before a reader listens; it stays in `errored`.
    this.on('error', () => undefined)
  }

  attach(socket: WebSocket): void {
    this.#socket = socket
    socket.once('open', () => {
      // Frames that break the protocol; before `open`, the opener says it.
      socket.on('error', (cause) => this.destroy(brokenFrame(cause, this.#address)))
      socket.on('close', (code) => this.#closed(code))
    })
  }

  receive(channel: number, frame: Buffer): void {
    if (channel > 1 || this.destroyed) return
    const bytes = this.#awaitsHeader[channel] ? frame.subarray(2) : frame
    this.#awaitsHeader[channel] = false
    if (bytes.length === 0) return
    if (channel === 1) this.#error = bytes.subarray(0, limits.errorText).toString('utf8')
    else if (!this.push(bytes)) this.#socket?.pause()
    if (channel === 1) this.destroy(forwardError(this.#error, this.#address))
  }

  override _read(): void {
    if (this.#socket?.isPaused) this.#socket.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const frame = Buffer.allocUnsafe(chunk.length + 1)
    frame[0] = 0
    chunk.copy(frame, 1)
    if (this.#socket === undefined) done(new AppError('the port-forward is not open'))
    else sendFrame(this.#socket, frame, done)
  }

  // _final is left out: these sub-protocols cannot half-close, so the end of the request is not sent to the pod.

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (this.#socket !== undefined) {
      if (this.#socket.isPaused) this.#socket.resume()
      hangUp(this.#socket)
    }
    done(error)
  }

  #closed(code: number): void {
    if (this.destroyed) return
    // 1006: no close frame came, the TCP connection just ended.
    if (code === 1006) this.destroy(lost())
    else this.push(null)
  }
}

/**
 * Sends a frame. Where that fails because the other side has ended the connection, the kubelet's reason may have come before: `close`, which
 * follows, says what ended it.
 */
export function sendFrame(
  socket: Pick<WebSocket, 'send' | 'readyState' | 'CLOSED'>,
  frame: Buffer,
  done: (error?: Error | null) => void,
): void {
  socket.send(frame, (error) => {
    if (!error || socket.readyState === socket.CLOSED) done(error)
  })
}

function lost(): AppError {
  return new AppError('the connection to the API server was lost', {
    code: 'cut-short',
    hint: 'The API server, or a proxy in front of it, ended the connection; try again.',
  })
}

function brokenFrame(cause: Error, { name, namespace, port }: PodAddress): AppError {
  return new AppError(
    `forwarding port ${port} of pod "${name}" in namespace "${namespace}" failed: the API server sent a broken WebSocket frame (${cause.message})`,
    {
      cause,
      code: 'unexpected-answer',
      hint: 'Try --via exec, or ask who runs the API server or a proxy in front of it.',
    },
  )
}

/** The kubelet's text, such as `… dial tcp4 127.0.0.1:15001: connect: connection refused`, as an error of ours. */
function forwardError(text: string, { name, namespace, port }: PodAddress): AppError {
  const line = text.trim().split('\n')[0] ?? ''
  if (/connection refused/i.test(line)) {
    return new AppError(`pod "${name}" in namespace "${namespace}" refused the connection to port ${port}`, {
      code: 'connection-refused',
      hint: 'Nothing listens there: is Envoy running, and is this its admin port? Name it with --proxy-admin-port.',
      cause: line,
    })
  }
  return new AppError(
    `error forwarding port ${port} to pod "${name}" in namespace "${namespace}": ${line.slice(0, 500)}`,
    {
      code: 'unreachable',
      hint: `The node of the pod gave this reason. Does the pod run? kubectl describe pod ${name} -n ${namespace} has its state; --via exec asks Envoy without a port forward.`,
    },
  )
}
