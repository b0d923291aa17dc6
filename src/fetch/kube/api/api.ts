import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type JsonObject, objectOf } from '../../../envoy/json.ts'
import { AppError } from '../../../errors.ts'
import { statusError, transportError } from './api-error.ts'
import type { Connection } from './connection.ts'

/** Requests to the Kubernetes API. */
export interface Api {
  readonly connection: Connection
  /**
   * GETs one path such as `/api/v1/namespaces/default/pods/x`.
   * @throws ApiError (a status that is no success) or AppError (no answer), both in kubectl's words
   */
  get(path: string, signal?: AbortSignal): Promise<JsonObject>
  /** POSTs one object, as `get` otherwise. Only for what changes nothing: a TokenRequest. */
  post(path: string, body: JsonObject, signal?: AbortSignal): Promise<JsonObject>
}

/** Waits this long for an answer when --request-timeout names nothing, in milliseconds. */
export const patience = 30_000

export function openApi(connection: Connection): Api {
  async function exchange(request: Exchange): Promise<JsonObject> {
    try {
      const { status, body } = await send(connection, request)
      if (status < 200 || status > 299) throw statusError(status, body)
      return objectOf(JSON.parse(body))
    } catch (error) {
      if (error instanceof SyntaxError) {
        throw new AppError('Unable to connect to the server: its answer is not JSON', { cause: error })
      }
      throw transportError(error, connection.access)
    }
  }
  return {
    connection,
    get: (path, signal) => exchange({ path, content: undefined, signal }),
    post: (path, body, signal) => exchange({ path, content: JSON.stringify(body), signal }),
  }
}

interface Exchange {
  readonly path: string
  /** JSON to POST; a GET without it. */
  readonly content: string | undefined
  readonly signal: AbortSignal | undefined
}

async function send(connection: Connection, exchange: Exchange): Promise<{ status: number; body: string }> {
  const { path, content, signal } = exchange
  const { server, requestTimeout } = connection.access
  connection.progress?.doing(`asking ${server}`)
  const { agent, headers } = await connection.dialog(signal)
  const limit = requestTimeout ?? patience
  return new Promise((done, fail) => {
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
    const timer = setTimeout(() => request.destroy(tooSlow()), limit)
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close an idle connection in the moment it is used again.
      if (request.reusedSocket && error.code === 'ECONNRESET') send(connection, exchange).then(done, fail)
      else fail(error)
    })
    request.on('close', () => clearTimeout(timer))
    request.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        connection.progress?.received(chunk.length)
      })
      response.on('error', fail)
      response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
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

function tooSlow(): AppError {
  return new AppError(
    'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    { hint: 'Raise --request-timeout, or check that the API server can be reached (a VPN or proxy may be needed).' },
  )
}
