import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type JsonObject, objectOf } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'
import { statusError, transportError } from './api-error.ts'
import type { Connection } from './connection.ts'

/** Reads from the Kubernetes API. */
export interface Api {
  readonly connection: Connection
  /**
   * GETs one path such as `/api/v1/namespaces/default/pods/x`.
   * @throws ApiError (a status that is no success) or AppError (no answer), both in kubectl's words
   */
  get(path: string, signal?: AbortSignal): Promise<JsonObject>
}

/** Waits this long for an answer when --request-timeout names nothing, in milliseconds. */
export const patience = 30_000

export function openApi(connection: Connection): Api {
  return {
    connection,
    async get(path, signal) {
      try {
        const { status, body } = await send(connection, path, signal)
        if (status < 200 || status > 299) throw statusError(status, body)
        return objectOf(JSON.parse(body))
      } catch (error) {
        if (error instanceof SyntaxError) {
          throw new AppError('Unable to connect to the server: its answer is not JSON', { cause: error })
        }
        throw transportError(error, connection.access)
      }
    },
  }
}

async function send(
  connection: Connection,
  path: string,
  signal?: AbortSignal,
): Promise<{ status: number; body: string }> {
  const { server, requestTimeout } = connection.access
  const { agent, headers } = await connection.dialog(signal)
  const limit = requestTimeout ?? patience
  return new Promise((done, fail) => {
    const request = (server.startsWith('https:') ? httpsRequest : httpRequest)(server + path, {
      agent,
      headers: { ...mutable(headers), Accept: 'application/json', 'User-Agent': 'kubectl-proxy-config' },
      ...(signal === undefined ? {} : { signal }),
    })
    const timer = setTimeout(() => request.destroy(tooSlow()), limit)
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close an idle connection in the moment it is used again.
      if (request.reusedSocket && error.code === 'ECONNRESET') send(connection, path, signal).then(done, fail)
      else fail(error)
    })
    request.on('close', () => clearTimeout(timer))
    request.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }))
    })
    request.end()
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
