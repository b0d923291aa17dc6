import { connect, constants, type IncomingHttpHeaders } from 'node:http2'
import type { Duplex } from 'node:stream'
import { AppError } from '../../errors.ts'
import { Gatherer } from '../gatherer.ts'
import { tooLarge } from '../limits.ts'

export interface GrpcCall {
  /** An open connection, with TLS on it if there is to be any; used up by the call. */
  readonly stream: Duplex
  readonly secure: boolean
  readonly authority: string
  /** `/package.Service/Method` */
  readonly method: string
  readonly token: string | undefined
  readonly message: Uint8Array
  /** How errors name the other side. */
  readonly label: string
  /** Milliseconds for the whole call. */
  readonly limit: number
  /** Most bytes of the answer. */
  readonly maxSize: number
  readonly signal?: AbortSignal | undefined
}

/** Bytes that the other side may have on the way; the default, 64 KiB, costs a round trip each. */
const window = 8 * 1024 * 1024

/**
 * Sends one message to a streaming method and gives back the first one that comes.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @throws AppError with the server's own words when it refuses or gives no answer; the abort reason when aborted
 */
export async function firstReply(call: GrpcCall): Promise<Uint8Array> {
  const { stream, secure, authority, method, token, message, label, limit, maxSize, signal } = call
  signal?.throwIfAborted()
  const session = connect(`${secure ? 'https' : 'http'}://${authority}`, {
    createConnection: () => stream,
    settings: { initialWindowSize: window },
  })
  const answer = Promise.withResolvers<Uint8Array>()
  const fail = (reason: string) => answer.reject(new AppError(`${label} ${reason}`))
  const overflow = () => answer.reject(tooLarge(label, maxSize))
  const timer = setTimeout(() => fail(`did not answer within ${limit / 1000} s`), limit)
  const abort = () => answer.reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  session.on('connect', () => session.setLocalWindowSize(window))
  session.on('error', (error) => fail(`broke the connection: ${error.message}`))
  session.on('goaway', () => fail('closed the connection'))
  try {
    const request = session.request({
      ':method': 'POST',
      ':path': method,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    })
    request.on('response', (headers) => {
      const status = headers[':status']
      if (status !== 200) fail(`answered HTTP status ${status} to a gRPC call`)
      else refuse(headers, fail)
    })
    request.on('trailers', (trailers) => refuse(trailers, fail))
    request.on('error', (error) => fail(`broke off the call: ${error.message}`))
    request.on('close', () => fail('closed the call without an answer'))
    readMessage(request, { maxSize, done: answer.resolve, overflow, fail })
    // The stream stays open: istiod drops a client that half-closes before it has answered.
    request.write(framed(message))
    return await answer.promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    session.destroy(undefined, constants.NGHTTP2_NO_ERROR)
    stream.destroy()
  }
}

/** Five bytes go before a message: a flag for compression, and the length. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

interface Reading {
  readonly maxSize: number
  done(message: Uint8Array): void
  /** The message is larger than that, by what its head says: nothing of it is held. */
  overflow(): void
  fail(reason: string): void
}

function readMessage(stream: Duplex, { maxSize, done, overflow, fail }: Reading): void {
  // What comes with the last byte of the message may be more than it.
  const all = new Gatherer(maxSize + window)
  let length: number | undefined
  stream.on('data', (chunk: Buffer) => {
    if (length !== undefined && length > maxSize) return
    all.add(chunk)
    if (length === undefined && all.length >= 5) {
      const head = all.bytes()
      if (head[0] !== 0) fail('answered with a compressed message, which was not asked for')
      length = head.readUInt32BE(1)
      if (length > maxSize) overflow()
    }
    if (length !== undefined && all.length >= length + 5) {
      done(all.bytes().subarray(5, length + 5))
      // One message is all that is read: what comes after it is not held.
      stream.removeAllListeners('data').resume()
    }
  })
}

const statusNames: Readonly<Record<string, string>> = {
  7: 'PermissionDenied',
  12: 'Unimplemented',
  14: 'Unavailable',
  16: 'Unauthenticated',
}

function refuse(headers: IncomingHttpHeaders, fail: (reason: string) => void): void {
  const status = headers['grpc-status']
  if (status === undefined || status === '0') return
  const code = String(status)
  const words = String(headers['grpc-message'] ?? '')
  fail(`refused: ${statusNames[code] ?? `gRPC status ${code}`}${words === '' ? '' : `: ${decoded(words)}`}`)
}

/** Status messages are percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
