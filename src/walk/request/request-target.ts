import { requirePort } from '../../envoy/require-port.ts'
import { UsageError } from '../../errors.ts'
import type { TraceRequest } from '../../semantics/request.ts'
import type { RequestSpec } from './request-spec.ts'

/** The URL of a request in parts, each of which the specification may give by itself. */
export interface RequestTarget {
  readonly scheme: Scheme
  /** Undefined when it is not known. */
  readonly host: string | undefined
  readonly port: number
  readonly path: string
  /** What the Host header says where the specification names it with a port: `--host shop.example:443`. */
  readonly authority: string | undefined
}

/** @throws UsageError for what is no URL, or none that can be traced */
export function requestTarget(spec: RequestSpec): RequestTarget {
  const text = spec.url ?? `http://${spec.host ?? ''}`
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([/?#].*)?$/i.exec(text)
  const name = parts?.[1]?.toLowerCase() ?? 'http'
  const [, hostOnly, hostPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(spec.host ?? '') ?? []
  const host = (hostOnly ?? spec.host ?? parts?.[2] ?? '').replace(/^\[|\]$/g, '')
  if (parts === null || (host === '' && spec.hostUnknown !== true))
    throw new UsageError(`"${text}" is not a URL to trace`, { hint: 'For example: http://reviews:9080/reviews/1' })
  const scheme = schemes.get(name)
  if (scheme === undefined)
    throw new UsageError(`cannot trace ${name}:// URLs`, { hint: `Known are ${[...schemes.keys()].join(', ')}.` })
  // The port of a Host header is that of the connection only where no URL says another.
  const said = parts[3] ?? (spec.url === undefined ? hostPort : undefined)
  const port = spec.port ?? (said === undefined ? scheme.port : Number(said))
  if (port === undefined) throw new UsageError(`${text} needs a port`)
  requirePort(port)
  const path = spec.path ?? parts[4] ?? '/'
  const authority = hostPort === undefined ? undefined : spec.host
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
