import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isTooDeep } from '../../../envoy/input/parse-json.ts'
import { isObject, type Json, type JsonObject } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { ApiError, notApiServer } from '../../../mesh/api/api-error.ts'
import { boundedBody } from '../../bounded-body.ts'
import { limits } from '../../limits.ts'
import { logged } from '../../logged.ts'
import { shownUrl } from '../../shown-url.ts'
import { cutShort, noObject, statusError, transportError, unexpected } from './answer-errors.ts'
import type { Connection, Dialog } from './connection.ts'

/** Requests to the Kubernetes API. */
export interface Api {
  readonly connection: Connection
  /**
   * GETs one path such as `/api/v1/namespaces/default/pods/x`.
   * @throws ApiError (a status that is no success) or AppError (no answer), both in kubectl's words
   */
  get(path: string, signal?: AbortSignal): Promise<JsonObject>
  /** GETs what is no JSON: the log of a container. As `get` otherwise. */
  text(path: string, signal?: AbortSignal): Promise<string>
  /** GETs what has no end: its bytes as they come. Only the head of the answer has a time limit. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** POSTs one object, as `get` otherwise. Only for what changes nothing: a TokenRequest. */
  post(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>
}

/** Waits this long for an answer when --request-timeout names nothing, in milliseconds. */
export const defaultTimeoutMs = 30_000

export function openApi(connection: Connection): Api {
  async function textOnce(request: Exchange): Promise<string> {
    const { status, body, headers } = await logged(
      connection.progress,
      {
        method: request.content === undefined ? 'GET' : 'POST',
        url: shownUrl(connection.access.server) + request.path,
      },
      send(connection, request),
    )
    if (status < 200 || status > 299) throw statusError(status, body, headers)
    return body
  }
  async function textOf(request: Exchange): Promise<string> {
    try {
      return await textOnce(request).catch(async (error: unknown) => {
        await beforeRetry(error, request)
        return textOnce(request)
      })
    } catch (error) {
      throw transportError(error, connection.access)
    }
  }
  async function exchange(request: Exchange): Promise<JsonObject> {
    const body = await textOf(request)
    try {
      const answer: Json = JSON.parse(body)
      if (!isObject(answer) || isTooDeep(answer)) throw noObject()
      return answer
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new AppError('Unable to connect to the server: its answer is not JSON', {
          cause: error,
          code: 'server-unreachable',
          hint: notApiServer,
        })
      }
      throw transportError(error, connection.access)
    }
  }
  return {
    connection,
    stream: (path, signal) => opened(connection, { path, content: undefined, signal }),
    get: (path, signal) => exchange({ path, content: undefined, signal }),
    text: (path, signal) => textOf({ path, content: undefined, signal }),
    post: (path, body, signal) => exchange({ path, content: JSON.stringify(body), signal }),
  }
}

interface Exchange {
  readonly path: string
  /** JSON to POST; a GET without it. */
  readonly content: string | undefined
  readonly signal: AbortSignal | undefined
}

/** Most seconds that the API server can ask to wait. */
const longestWait = 30
/** Seconds to wait where it says that it is busy, and not for how long. */
const usualWait = 1
/** Seconds before a connection that was lost is made anew. */
const shortWait = 0.2

/**
 * Waits before what is transient is asked once more, as client-go does: the API server is busy (429) or has just started (503), or the
 * connection was lost.
 * @throws the error where it stays, and for what is not only read
 */
async function beforeRetry(error: unknown, { content, signal }: Exchange): Promise<void> {
  const wait = content === undefined ? waitAfter(error) : undefined
  if (wait === undefined || signal?.aborted === true) throw error
  const { setTimeout: delay } = await import('node:timers/promises')
  await delay(Math.min(longestWait, wait) * 1000, undefined, signal === undefined ? {} : { signal })
}

/** Seconds; undefined where asking again gives the same. */
function waitAfter(error: unknown): number | undefined {
  if (!(error instanceof ApiError)) return isLost(error) ? shortWait : undefined
  if (error.status === 429) return error.retryAfter ?? usualWait
  return error.status === 503 ? error.retryAfter : undefined
}

function isLost(error: unknown): boolean {
  // One that was lost within an answer is an error of ours already.
  const cause = error instanceof AppError ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE'
}

async function send(
  connection: Connection,
  exchange: Exchange,
): Promise<{ status: number; body: string; headers: IncomingHttpHeaders }> {
  const { server, maxSize } = connection.access
  connection.progress?.doing(`asking ${shownUrl(server)}`)
  const { agent, headers } = await connection.dialog(exchange.signal)
  const { response, done } = await answered(connection, exchange, { agent, headers })
  let received = 0
  try {
    const { body } = await boundedBody(response, 'the API server', maxSize, (bytes) => {
      received += bytes
      connection.progress?.received(bytes)
    })
    return { status: response.statusCode ?? 0, body: body.toString('utf8'), headers: response.headers }
  } catch (error) {
    throw error instanceof Error && isLost(error)
      ? cutShort(error, received, response.headers['content-length'])
      : error
  } finally {
    done()
  }
}

/** An answer whose body is read as it comes. */
async function opened(connection: Connection, exchange: Exchange): Promise<AsyncIterable<Uint8Array>> {
  try {
    const { agent, headers } = await connection.dialog(exchange.signal)
    const { response, done } = await answered(connection, exchange, { agent, headers })
    const status = response.statusCode ?? 0
    if (status >= 200 && status <= 299) {
      done()
      return response
    }
    const { body } = await boundedBody(response, 'the API server', limits.errorText, () => undefined)
    done()
    throw statusError(status, body.toString('utf8'))
  } catch (error) {
    throw transportError(error, connection.access)
  }
}

interface Answered {
  readonly response: IncomingMessage
  /** Lets the time limit go: the body was read. */
  done(): void
}

/** The head of the answer; the time limit goes on until `done`. */
function answered(connection: Connection, exchange: Exchange, { agent, headers }: Dialog): Promise<Answered> {
  const { path, content, signal } = exchange
  const { server, requestTimeout } = connection.access
  return new Promise((resolve, fail) => {
    const request = (server.startsWith('https:') ? httpsRequest : httpRequest)(server + path, {
      agent,
      method: content === undefined ? 'GET' : 'POST',
      headers: {
        ...mutable(headers),
        Accept: 'application/json',
        'User-Agent': 'kubectl-proxy-config',
        ...(content === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(content) }),
      },
      ...(signal === undefined ? {} : { signal }),
    })
    let response: IncomingMessage | undefined
    const timer = setTimeout(() => {
      request.destroy(tooSlow())
      response?.destroy(tooSlow())
    }, requestTimeout ?? defaultTimeoutMs)
    const refuse = (error: Error) => {
      clearTimeout(timer)
      fail(error)
    }
    let interim = 0
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      // The server may close an idle connection in the moment it is used again.
      if (request.reusedSocket && error.code === 'ECONNRESET')
        answered(connection, exchange, { agent, headers }).then(resolve, fail)
      else fail(error)
    })
    request.on('information', ({ statusCode }) => {
      interim += 1
      if (interim > limits.interimAnswers) request.destroy(unexpected(statusCode))
    })
    request.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      refuse(unexpected(statusCode))
    })
    // Whatever else ends the exchange before its answer, nothing comes any more.
    request.on('close', () => {
      if (response === undefined) refuse(Object.assign(new Error('closed'), { code: 'ECONNRESET' }))
    })
    request.on('response', (incoming) => {
      response = incoming
      resolve({ response: incoming, done: () => clearTimeout(timer) })
    })
    request.end(content)
  })
}

/** Node's types want plain arrays. */
export function mutable(
  headers: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  )
}

/** No answer in time. */
export function tooSlow(): AppError {
  return new AppError(
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    {
      code: 'server-unreachable',
      hint: 'Raise --request-timeout, or check that the API server can be reached (a VPN or proxy may be needed).',
    },
  )
}
