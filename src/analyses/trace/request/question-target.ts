import { requirePort } from '../../../envoy/require-port.ts'
import { UsageError } from '../../../errors.ts'
import type { TraceRequest } from '../../../semantics/request.ts'
import type { Question } from './question.ts'

/** What a question asks for: the URL in parts, each of which the question may give by itself. */
export interface QuestionTarget {
  readonly scheme: Scheme
  /** Undefined when it is not known. */
  readonly host: string | undefined
  readonly port: number
  readonly path: string
  /** What the Host header says where the question names it with a port: `--host shop.example:443`. */
  readonly authority: string | undefined
}

/** @throws UsageError for what is no URL, or none that can be traced */
export function questionTarget(question: Question): QuestionTarget {
  const text = question.url ?? `http://${question.host ?? ''}`
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([/?#].*)?$/i.exec(text)
  const name = parts?.[1]?.toLowerCase() ?? 'http'
  const [, hostOnly, hostPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(question.host ?? '') ?? []
  const host = (hostOnly ?? question.host ?? parts?.[2] ?? '').replace(/^\[|\]$/g, '')
  if (parts === null || (host === '' && question.hostUnknown !== true))
    throw new UsageError(`"${text}" is not a URL to trace`, { hint: 'For example: http://reviews:9080/reviews/1' })
  const scheme = schemes.get(name)
  if (scheme === undefined)
    throw new UsageError(`cannot trace ${name}:// URLs`, { hint: `Known are ${[...schemes.keys()].join(', ')}.` })
  // The port of a Host header is that of the connection only where no URL says another.
  const said = parts[3] ?? (question.url === undefined ? hostPort : undefined)
  const port = question.port ?? (said === undefined ? scheme.port : Number(said))
  if (port === undefined) throw new UsageError(`${text} needs a port`)
  requirePort(port)
  const path = question.path ?? parts[4] ?? '/'
  const authority = hostPort === undefined ? undefined : question.host
  return { scheme, host: host || undefined, port, path: path.startsWith('/') ? path : `/${path}`, authority }
}

interface Scheme {
  readonly protocol: TraceRequest['protocol']
  /** The port that URLs leave out. */
  readonly port?: number
  readonly isSecure?: true
  readonly isGrpc?: true
  /** The protocol that the request is upgraded to. */
  readonly upgrade?: string
}

const schemes: ReadonlyMap<string, Scheme> = new Map(
  Object.entries<Scheme>({
    http: { protocol: 'http1', port: 80 },
    https: { protocol: 'http1', port: 443, isSecure: true },
    ws: { protocol: 'http1', port: 80, upgrade: 'websocket' },
    wss: { protocol: 'http1', port: 443, isSecure: true, upgrade: 'websocket' },
    grpc: { protocol: 'http2', port: 80, isGrpc: true },
    grpcs: { protocol: 'http2', port: 443, isSecure: true, isGrpc: true },
    tcp: { protocol: 'tcp' },
  }),
)

/** The port that URLs of a scheme leave out. */
export function defaultPort(scheme: string): number | undefined {
  return schemes.get(scheme)?.port
}
