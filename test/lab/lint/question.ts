import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import type { Keys } from './keys.ts'

/** What came of a question: a status, or what went wrong; with headers of the answer. */
export interface Answer {
  readonly text: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: ConnectionOptions
}

/** How a proof asks the Envoy. */
export interface Question {
  readonly port: number
  readonly keys: Keys
  http(asked?: Asked): Promise<Answer>
  /** Bytes over a plain connection; the first line that comes back, or how it ends; `open` when neither comes in so many milliseconds. */
  tcp(bytes: string, milliseconds?: number): Promise<Answer>
  /** A handshake: `handshake TLSv1.3 h2`, or why there is none. */
  handshake(options: ConnectionOptions): Promise<Answer>
  /** How often a server was asked with this header `x-key`. */
  hits(key: string): number
  /** The value of a statistic of the Envoy; 0 while it has none of the name. */
  stat(name: string): Promise<number>
}

/** What a question needs besides its listener. */
export type Sources = Pick<Question, 'keys' | 'hits' | 'stat'>

/** For an answer, in milliseconds: it only ends what would wait for ever. */
const patience = 10_000

/**
 * Waits for something that comes after an answer, such as a request that Envoy sends on its own: until it holds, or for the time that
 * ends a wait for what does not come.
 */
export async function settled(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(20)) if (await holds()) return
}

/** Questions to the listener of a rule, by whose name its lines of the access log are told. */
export function questionOf(port: number, rule: string, sources: Sources): Question {
  return {
    port,
    ...sources,
    http: ({ method = 'GET', path = '/', host = 'shop.example.com', headers = {}, body, tls } = {}) =>
      new Promise((resolve) => {
        const ended = (text: string, message?: IncomingMessage) => resolve({ text, headers: message?.headers ?? {} })
        const options = {
          host: '127.0.0.1',
          port,
          method,
          path,
          agent: false,
          headers: { host, 'x-case': rule, ...headers },
          timeout: patience,
        }
        const sent =
          tls === undefined
            ? httpRequest(options)
            : httpsRequest({ ...options, rejectUnauthorized: false, servername: host, ...tls })
        sent.on('response', (message) => {
          message.resume()
          message.on('end', () => ended(String(message.statusCode), message))
          message.on('error', () => ended(String(message.statusCode), message))
        })
        sent.on('upgrade', (message, socket) => {
          socket.destroy()
          ended(String(message.statusCode), message)
        })
        sent.on('timeout', () => sent.destroy(new Error('no answer')))
        sent.on('error', (error: NodeJS.ErrnoException) => ended(error.code ?? error.message))
        sent.end(body)
      }),
    async tcp(bytes, milliseconds = patience) {
      const socket = connect({ port, host: '127.0.0.1' })
      let text = ''
      socket.on('data', (data: Buffer) => {
        text += data.toString('latin1')
        if (text.includes('\r\n')) socket.end()
      })
      socket.on('error', (error: NodeJS.ErrnoException) => (text ||= error.code ?? error.message))
      const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
      socket.write(bytes)
      const timer = setTimeout(() => {
        text ||= 'open'
        socket.destroy()
      }, milliseconds)
      await closed
      clearTimeout(timer)
      return { text: text === '' ? 'closed' : (text.split('\r\n')[0] ?? ''), headers: {} }
    },
    async handshake(options) {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options })
      const text = await new Promise<string>((resolve) => {
        socket.on('secureConnect', () => {
          // With TLS 1.3 a client learns only afterwards that its certificate is refused.
          const done = () => resolve(`handshake ${socket.getProtocol()} ${socket.alpnProtocol || 'no protocol'}`)
          socket.once('data', done)
          setTimeout(done, 200)
        })
        socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
        socket.on('close', () => resolve('closed'))
      })
      socket.destroy()
      await once(socket, 'close').catch(() => undefined)
      return { text, headers: {} }
    },
  }
}
