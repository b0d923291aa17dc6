import { requirePort } from '../../../envoy/require-port.ts'
import { UsageError } from '../../../errors.ts'
import type { TraceRequest } from '../../../semantics/request.ts'
import type { Question } from './question.ts'

/** What a question asks for: the URL in parts, each of which the question may give by itself. */
export interface QuestionTarget {
  readonly scheme: string
  /** The protocol that the scheme stands for. */
  readonly protocol: TraceRequest['protocol']
  /** Undefined when it is not known. */
  readonly host: string | undefined
  readonly port: number
  readonly path: string
}

/** @throws UsageError for what is no URL, or none that can be traced */
export function questionTarget(question: Question): QuestionTarget {
  const text = question.url ?? `http://${question.host ?? ''}`
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([/?#].*)?$/i.exec(text)
  const scheme = parts?.[1]?.toLowerCase() ?? 'http'
  const host = (question.host ?? parts?.[2] ?? '').replace(/^\[|\]$/g, '')
  if (parts === null || (host === '' && question.hostUnknown !== true))
    throw new UsageError(`"${text}" is not a URL to trace`, { hint: 'For example: http://reviews:9080/reviews/1' })
  const protocol = protocols.get(scheme)
  if (protocol === undefined)
    throw new UsageError(`cannot trace ${scheme}:// URLs`, { hint: 'Known are http, https, grpc and tcp.' })
  const port = question.port ?? (parts[3] === undefined ? defaultPorts.get(scheme) : Number(parts[3]))
  if (port === undefined) throw new UsageError(`${text} needs a port`)
  requirePort(port)
  const path = question.path ?? parts[4] ?? '/'
  return { scheme, protocol, host: host || undefined, port, path: path.startsWith('/') ? path : `/${path}` }
}

const protocols: ReadonlyMap<string, TraceRequest['protocol']> = new Map(
  Object.entries<TraceRequest['protocol']>({
    http: 'http1',
    https: 'http1',
    grpc: 'http2',
    tcp: 'tcp',
  }),
)

/** Ports that URLs leave out. */
export const defaultPorts: ReadonlyMap<string, number> = new Map(Object.entries({ http: 80, https: 443, grpc: 80 }))
