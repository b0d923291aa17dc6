import { connect, isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { AppError, UsageError } from '../errors.ts'
import type { MeshProxy } from '../mesh/proxy.ts'
import { defaultRoots } from './default-roots.ts'
import { type HttpResponse, httpOver } from './http-over.ts'
import { pageLimit } from './limits.ts'
import { liveProxy } from './live-proxy.ts'
import { logged } from './logged.ts'
import type { Progress } from './progress.ts'
import { shownUrl } from './shown-url.ts'

export interface UrlProxyOptions {
  /** Milliseconds for one whole request; without it, 15 s without progress end it, or five minutes. */
  readonly requestTimeout?: number | undefined
  /** Most bytes of one answer. */
  readonly maxSize?: number | undefined
  note(line: string): void
  readonly progress?: Progress | undefined
}

/**
 * Envoy's admin interface at `http://host:port`, `https://…` or `unix:///path/to/socket`; no cluster is needed. A path in an
 * http URL goes before the admin path.
 * @throws UsageError when the URL is none of these
 */
export function urlProxy(text: string, options: UrlProxyOptions): MeshProxy {
  const endpoint = parseEndpoint(text)
  const limit = options.requestTimeout ?? 15_000
  const label = shownUrl(text)
  async function send(path: string, method: 'GET' | 'POST', signal?: AbortSignal): Promise<HttpResponse> {
    options.progress?.doing(`asking ${label}`)
    const stream = await open(endpoint, { label, limit, signal })
    return httpOver(stream, {
      method,
      path: endpoint.prefix + path,
      host: endpoint.host,
      label,
      wrongPlace,
      idleLimit: limit,
      limit: options.requestTimeout,
      maxSize: pageLimit(path, options.maxSize),
      signal,
      progress: options.progress,
    })
  }
  return liveProxy({
    id: { name: label },
    label,
    wrongPlace,
    note: options.note,
    send: (path, method, signal) =>
      logged(options.progress, { method, url: `${label.replace(/\/$/, '')}/${path}` }, send(path, method, signal)),
  })
}

const wrongPlace = "Is this Envoy's admin endpoint?"

interface Endpoint {
  readonly secure: boolean
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string }
  /** Value of the Host header. */
  readonly host: string
  /** Path before the admin path, without a leading slash. */
  readonly prefix: string
}

function parseEndpoint(text: string): Endpoint {
  if (/^unix:/i.test(text)) {
    const path = decoded(text.replace(/^unix:(\/\/)?/i, ''))
    if (path !== undefined && path !== '') return { secure: false, address: { path }, host: 'localhost', prefix: '' }
  } else if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const { protocol, hostname, port, host, pathname } = new URL(text)
    const secure = protocol === 'https:'
    const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (secure ? 443 : 80) }
    return { secure, address, host, prefix: pathname.replace(/^\/|\/$/g, '').replace(/(.)$/, '$1/') }
  }
  throw new UsageError(`"${shownUrl(text)}" is not an admin endpoint: expected http://HOST:PORT or unix:///PATH`)
}

/** Undefined where a `%` begins no character of UTF-8. */
function decoded(path: string): string | undefined {
  try {
    return decodeURI(path)
  } catch {
    return undefined
  }
}

interface OpenOptions {
  readonly label: string
  /** Milliseconds until the connection, with TLS where it is asked for, must stand. */
  readonly limit: number
  readonly signal: AbortSignal | undefined
}

function open({ address, secure }: Endpoint, { label, limit, signal }: OpenOptions): Promise<Duplex> {
  signal?.throwIfAborted()
  if (secure) defaultRoots.used()
  return new Promise((done, fail) => {
    const socket = secure
      ? connectTls({
          ...address,
          // Said, so that no environment variable decides it.
          rejectUnauthorized: true,
          ...('host' in address && isIP(address.host) === 0 ? { servername: address.host } : {}),
        })
      : connect(address)
    const abort = () => socket.destroy()
    signal?.addEventListener('abort', abort, { once: true })
    const late = setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), limit)
    const settled = () => {
      clearTimeout(late)
      signal?.removeEventListener('abort', abort)
    }
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      settled()
      done(socket)
    })
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      settled()
      fail(unreachable(cause, label))
    })
    socket.once('close', () => {
      settled()
      fail(signal?.reason ?? unreachable({ name: 'Error', message: 'it closed the connection' }, label))
    })
  })
}

function unreachable(cause: NodeJS.ErrnoException, label: string): AppError {
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ENOENT: 'no such socket',
    EACCES: 'permission denied',
    ENOTFOUND: 'no such host',
    ETIMEDOUT: 'i/o timeout',
    EHOSTUNREACH: 'no route to host',
  }
  return new AppError(`cannot connect to ${label}: ${reasons[cause.code ?? ''] ?? cause.message}`, {
    cause,
    code: cause.code === 'ECONNREFUSED' ? 'connection-refused' : cause.code === 'ETIMEDOUT' ? 'timeout' : 'unreachable',
    hint: `Is Envoy running there? ${wrongPlace}`,
  })
}
