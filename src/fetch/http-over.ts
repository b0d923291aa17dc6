import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { AppError } from '../errors.ts'
import type { Progress } from './progress.ts'

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
  /** Milliseconds without any byte arriving before it is given up. */
  readonly idleLimit: number
  /** Milliseconds for the whole exchange, when there is such a limit. */
  readonly limit?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly progress?: Progress | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Uint8Array
}

/** Nothing came in time: another question to the same process would wait as long. */
export class TimeoutError extends AppError {}

/**
 * One HTTP/1.1 exchange over a stream, which it uses up. Chunked and long bodies are read as fast as they arrive.
 * @throws AppError when the answer does not come, is not HTTP, or is cut short; the abort reason when aborted
 */
export async function httpOver(stream: Duplex, request: HttpRequest): Promise<HttpResponse> {
  const watch = watchdog(request)
  try {
    const response = await exchange(stream, request, watch.touch, watch.signal)
    const body = await readBody(response, stream, request.label, (bytes) => {
      watch.touch()
      request.progress?.received(bytes)
    })
    // Without a length only the end of the connection ends the body, so that end must be an orderly one.
    if (stream.errored && isEndless(response)) throw cutShort(body.length, undefined, request.label, stream.errored)
    return { status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (error) {
    request.signal?.throwIfAborted()
    throw watch.reason() ?? explain(error, request)
  } finally {
    watch.stop()
    stream.destroy()
  }
}

async function exchange(
  stream: Duplex,
  request: HttpRequest,
  touch: () => void,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  if (stream.errored) throw stream.errored
  return new Promise((done, fail) => {
    const outgoing = httpRequest({
      createConnection: () => stream,
      path: `/${request.path}`,
      method: request.method ?? 'GET',
      headers: {
        Host: request.host ?? 'localhost',
        Connection: 'close',
        ...(request.method === 'POST' ? { 'Content-Length': 0 } : {}),
      },
      signal,
    })
    outgoing.on('error', fail)
    outgoing.on('response', (response) => {
      touch()
      done(response)
    })
    outgoing.end()
  })
}

async function readBody(
  response: IncomingMessage,
  stream: Duplex,
  label: string,
  came: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let received = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      received += chunk.length
      came(chunk.length)
    }
  } catch (cause) {
    if (cause instanceof Error && (cause.name === 'AbortError' || isParserError(cause))) throw cause
    throw cutShort(received, response.headers['content-length'], label, stream.errored ?? cause)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, received)
}

function isEndless({ headers }: IncomingMessage): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
}

function cutShort(received: number, length: string | undefined, label: string, cause: unknown): AppError {
  const total = length === undefined ? '' : ` of ${length}`
  const why = cause instanceof AppError ? ` (${cause.message})` : ''
  return new AppError(`the answer from ${label} was cut short after ${received}${total} bytes${why}`, {
    cause,
    hint: 'The connection broke while the answer was on its way; try again.',
  })
}

function explain(error: unknown, { label, wrongPlace }: HttpRequest): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  if (isParserError(error)) {
    return new AppError(`${label} does not speak HTTP`, {
      cause: error,
      hint: wrongPlace,
    })
  }
  return new AppError(`${label} closed the connection without an answer`, {
    cause: error,
    hint: 'Envoy may have just stopped; try again.',
  })
}

function isParserError(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('HPE_') ?? false
}

interface Watchdog {
  readonly signal: AbortSignal
  touch(): void
  stop(): void
  /** Why the signal was given, if it was. */
  reason(): AppError | undefined
}

function watchdog({ label, idleLimit, limit, signal }: HttpRequest): Watchdog {
  const controller = new AbortController()
  let reason: AppError | undefined
  const give = (milliseconds: number) => {
    reason = new TimeoutError(`${label} did not answer within ${milliseconds / 1000} s`, {
      hint: 'Envoy may be stopped or overloaded. --request-timeout sets how long to wait.',
    })
    controller.abort(reason)
  }
  const idle = setTimeout(() => give(idleLimit), idleLimit)
  const whole = limit === undefined ? undefined : setTimeout(() => give(limit), limit)
  const pass = () => controller.abort(signal?.reason)
  if (signal?.aborted) pass()
  signal?.addEventListener('abort', pass, { once: true })
  return {
    signal: controller.signal,
    touch: () => idle.refresh(),
    stop() {
      clearTimeout(idle)
      clearTimeout(whole)
      signal?.removeEventListener('abort', pass)
    },
    reason: () => reason,
  }
}
