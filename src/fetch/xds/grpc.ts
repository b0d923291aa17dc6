import { type ClientHttp2Stream, connect, constants, type IncomingHttpHeaders } from 'node:http2'
import type { Duplex } from 'node:stream'
import { AppError, type ErrorCode } from '../../errors.ts'
import { tooLarge } from '../limits.ts'
import { FrameReader, framed } from './grpc-frames.ts'
import { tlsReason, wantsCertificate } from './tls-errors.ts'

export interface GrpcCall {
  /** An open connection, with TLS on it if there is to be any; used up by the call. */
  readonly stream: Duplex
  readonly secure: boolean
  readonly authority: string
  /** `/package.Service/Method` */
  readonly method: string
  readonly token: string | undefined
  /** Headers beside it, names in lower case. A token counts in place of theirs. */
  readonly metadata?: Readonly<Record<string, string>>
  /** How errors name the other side. */
  readonly label: string
  /** Milliseconds for the whole call. */
  readonly limit: number
  /** Most bytes of all that is answered. */
  readonly maxSize: number
  readonly signal?: AbortSignal | undefined
}

/** A call under way. */
export interface OpenCall {
  send(message: Uint8Array): void
  /**
   * The next message that comes.
   * @param patience milliseconds, without which only the call's own limit ends the wait
   * @returns undefined when none came in that time
   * @throws AppError with the server's own words when it refuses or ends the call; the abort reason when aborted
   */
  next(patience?: number): Promise<Uint8Array | undefined>
}

/** Bytes that the other side may have on the way; the default, 64 KiB, costs a round trip each. */
const window = 8 * 1024 * 1024

/** Sends one message to a streaming method and gives back the first one that comes. @throws as `withCall` */
export function firstReply(call: GrpcCall & { readonly message: Uint8Array }): Promise<Uint8Array> {
  return withCall(call, async ({ send, next }) => {
    send(call.message)
    return (await next()) ?? new Uint8Array()
  })
}

/**
 * Talks to a streaming method; the connection ends with the talk.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @throws what the talk throws; AppError when there is no such call, or it takes too long; the abort reason when aborted
 */
export async function withCall<T>(call: GrpcCall, talk: (open: OpenCall) => Promise<T>): Promise<T> {
  const { stream, secure, authority, method, token, label, limit, signal, metadata = {} } = call
  signal?.throwIfAborted()
  const session = connect(`${secure ? 'https' : 'http'}://${authority}`, {
    createConnection: () => stream,
    settings: { initialWindowSize: window },
  })
  const inbox = new Inbox(call)
  const fail = (reason: string, code?: ErrorCode) => {
    // A connection that failed says why: the kubelet tells of a refused port when the stream is open already.
    const broken = stream.errored
    inbox.end(broken instanceof AppError ? broken : new AppError(`${label} ${reason}`, { code }))
  }
  const timer = setTimeout(() => {
    inbox.end(new AppError(`${label} did not answer within ${limit / 1000} s`, { code: 'timeout' }))
  }, limit)
  const abort = () => inbox.end(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  session.on('connect', () => session.setLocalWindowSize(window))
  session.on('error', (error) => fail(`broke the connection: ${tlsReason(error)}`))
  session.on('goaway', () => fail('closed the connection'))
  try {
    const request = session.request({
      // Given, for the client makes its own of the URL, without the brackets of an IPv6 address.
      ':authority': authority,
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...metadata,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    })
    listen(request, inbox, fail)
    // The stream stays open: istiod drops a client that half-closes before it has answered.
    return await talk({
      send: (message) => void request.write(framed(message)),
      next: (patience) => inbox.next(patience),
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    inbox.end(undefined)
    session.destroy(undefined, constants.NGHTTP2_NO_ERROR)
    stream.destroy()
  }
}

type Fail = (reason: string, code?: ErrorCode) => void

function listen(request: ClientHttp2Stream, inbox: Inbox, fail: Fail): void {
  request.on('response', (headers) => {
    const status = headers[':status']
    if (status !== 200) fail(`answered HTTP status ${status} to a gRPC call`)
    else refuse(headers, fail)
  })
  request.on('trailers', (trailers) => refuse(trailers, fail))
  request.on('error', (error) => {
    // With TLS 1.3 a server looks at the client's certificate after the client has begun to talk.
    if (wantsCertificate(error)) fail('wants to see a certificate, and none was shown to it', 'certificate-required')
    else fail(`broke off the call: ${tlsReason(error)}`)
  })
  request.on('close', () => fail('closed the call without an answer', 'cut-short'))
  inbox.fill(request)
}

/** Messages that arrived before they were asked for. While there are any, no more is read from the connection. */
class Inbox {
  readonly #frames: FrameReader
  readonly #label: string
  readonly #maxSize: number
  readonly #messages: Uint8Array[] = []
  #source: Duplex | undefined
  #ended: { readonly reason: unknown } | undefined
  #wake: () => void = () => undefined

  constructor({ label, maxSize }: Pick<GrpcCall, 'label' | 'maxSize'>) {
    this.#label = label
    this.#maxSize = maxSize
    this.#frames = new FrameReader(maxSize)
  }

  fill(source: Duplex): void {
    this.#source = source
    source.on('data', (chunk: Buffer) => {
      if (this.#ended !== undefined) return
      const problem = this.#frames.add(chunk, (message) => this.#messages.push(message))
      if (problem === 'too large') this.end(tooLarge(this.#label, this.#maxSize))
      if (problem === 'compressed')
        this.end(new AppError(`${this.#label} answered with a compressed message, which was not asked for`))
      if (this.#messages.length === 0) return
      source.pause()
      this.#wake()
    })
  }

  /** Ends the call; the first reason counts. */
  end(reason: unknown): void {
    this.#ended ??= { reason }
    this.#wake()
  }

  async next(patience?: number): Promise<Uint8Array | undefined> {
    const end = patience === undefined ? undefined : performance.now() + patience
    for (;;) {
      const message = this.#messages.shift()
      if (message !== undefined) return message
      if (this.#ended !== undefined) throw this.#ended.reason
      const left = end === undefined ? undefined : end - performance.now()
      if (left !== undefined && left <= 0) return undefined
      this.#source?.resume()
      await this.#woken(left)
    }
  }

  async #woken(milliseconds: number | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds)
    await promise
    clearTimeout(timer)
  }
}

const statusNames: Readonly<Record<string, string>> = {
  7: 'PermissionDenied',
  12: 'Unimplemented',
  14: 'Unavailable',
  16: 'Unauthenticated',
}

/** (google.rpc.Code) */
const unauthenticated = '16'

function refuse(headers: IncomingHttpHeaders, fail: Fail): void {
  const status = headers['grpc-status']
  if (status === undefined || status === '0') return
  const code = String(status)
  const words = String(headers['grpc-message'] ?? '')
  const reason = `refused: ${statusNames[code] ?? `gRPC status ${code}`}${words === '' ? '' : `: ${decoded(words)}`}`
  fail(reason, code === unauthenticated ? 'unauthenticated' : undefined)
}

/** Status messages are percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
