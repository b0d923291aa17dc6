import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../errors.ts'
import { boundedBody } from './bounded-body.ts'
import { limits } from './limits.ts'
import type { Progress } from './progress.ts'
import { watchdog } from './watchdog.ts'

export interface HttpRequest {
  /** Without a leading slash. */
  readonly path: string
  readonly method?: 'GET' | 'POST' | undefined
  /** Value of the Host header, `localhost` without it. */
  readonly host?: string | undefined
  /** How errors name the other side: `port 15000 of pod "x"`. */
  readonly label: string
  /** The next step when the other side does not speak HTTP. */
  readonly wrongPlace: string
  /** Milliseconds without progress before it is given up. */
  readonly idleLimit: number
  /** Milliseconds for the whole exchange. */
  readonly limit?: number | undefined
  /** Most bytes of the body. */
  readonly maxSize?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly progress?: Progress | undefined
  /** Called with the stream where it can carry another exchange; without this it is ended with this one. */
  keep?(stream: Duplex): void
}

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Of a status that is no success, the first 64 KiB. */
  readonly body: Uint8Array
}

/**
 * One HTTP/1.1 exchange over a stream, which it ends, unless the request keeps it. Chunked and long bodies are read as fast as they arrive.
 * @throws AppError when the answer does not come, is not HTTP, is cut short or too large; the abort reason when aborted
 */
export async function httpOver(stream: Duplex, request: HttpRequest): Promise<HttpResponse> {
  const watch = watchdog(request)
  let freed = false
  try {
    const { response, isFree } = await exchange(stream, request, watch.signal)
    watch.received(limits.progress)
    const status = response.statusCode ?? 0
    const { body, cut } = await readBody(response, stream, request, (bytes) => {
      watch.received(bytes)
      request.progress?.received(bytes)
    })
    // Without a length only the end of the connection ends the body, so that end must be an orderly one.
    if (stream.errored && !cut && isEndless(response))
      throw cutShort(body.length, undefined, request.label, stream.errored)
    freed = request.keep !== undefined && !cut && response.complete && (await isFree())
    return { status, headers: response.headers, body }
  } catch (error) {
    request.signal?.throwIfAborted()
    throw watch.reason() ?? explain(error, request)
  } finally {
    watch.stop()
    if (freed) request.keep?.(stream)
    else stream.destroy()
  }
}

interface Exchange {
  readonly response: IncomingMessage
  /** Whether the stream may carry another exchange, as soon as Node is done with it. Asked at the end of the body. */
  isFree(): Promise<boolean>
}

async function exchange(stream: Duplex, request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
  if (stream.errored) throw stream.errored
  const closed = Promise.withResolvers<void>()
  return new Promise((done, fail) => {
    const outgoing = httpRequest({
      createConnection: () => stream,
      path: `/${request.path}`,
      method: request.method ?? 'GET',
      headers: {
        Host: request.host ?? 'localhost',
        Connection: request.keep === undefined ? 'close' : 'keep-alive',
        ...(request.method === 'POST' ? { 'Content-Length': 0 } : {}),
      },
      signal,
    })
    const isFree = async () => {
      if (!outgoing.shouldKeepAlive) return false
      await closed.promise
      return !stream.destroyed
    }
    let interim = 0
    outgoing.on('error', fail)
    outgoing.on('response', (response) => done({ response, isFree }))
    outgoing.on('information', ({ statusCode }) => {
      interim += 1
      if (interim > limits.interimAnswers) fail(unexpected(statusCode, request))
    })
    outgoing.on('upgrade', ({ statusCode }) => fail(unexpected(statusCode, request)))
    // Whatever else ends the exchange, nothing comes any more.
    outgoing.on('close', () => {
      fail(new Error('closed'))
      closed.resolve()
    })
    outgoing.end()
  })
}

/** Only what comes before an answer, or instead of one: `100 Continue` without end, `101 Switching Protocols`. */
function unexpected(status: number | undefined, { label, wrongPlace }: HttpRequest): AppError {
  return new AppError(`${label} answered HTTP status ${status}, which nobody asked for`, {
    code: 'unexpected-answer',
    hint: wrongPlace,
  })
}

async function readBody(
  response: IncomingMessage,
  stream: Duplex,
  { label, maxSize }: HttpRequest,
  came: (bytes: number) => void,
): ReturnType<typeof boundedBody> {
  let received = 0
  try {
    return await boundedBody(response, label, maxSize, (bytes) => {
      received += bytes
      came(bytes)
    })
  } catch (cause) {
    if (cause instanceof AppError || (cause instanceof Error && (cause.name === 'AbortError' || isParserError(cause))))
      throw cause
    throw cutShort(received, response.headers['content-length'], label, stream.errored ?? cause)
  }
}

function isEndless({ headers }: IncomingMessage): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
}

function cutShort(received: number, length: string | undefined, label: string, cause: unknown): AppError {
  const total = length === undefined ? '' : ` of ${length}`
  const why = cause instanceof AppError ? ` (${cause.message})` : ''
  return new AppError(`the answer from ${label} was cut short after ${received}${total} bytes${why}`, {
    cause,
    code: 'cut-short',
    hint: 'The connection broke while the answer was on its way; try again.',
  })
}

function explain(error: unknown, { label, wrongPlace }: HttpRequest): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  if (isParserError(error)) {
    return new AppError(`${label} does not speak HTTP`, {
      cause: error,
      code: 'not-http',
      hint: wrongPlace,
    })
  }
  return new AppError(`${label} closed the connection without an answer`, {
    cause: error,
    code: 'no-answer',
    hint: 'Envoy may have just stopped; try again.',
  })
}

function isParserError(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('HPE_') ?? false
}
