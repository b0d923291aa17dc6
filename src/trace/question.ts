import type { ConfigDump } from '../envoy/config-dump.ts'
import { hostPort, isWildcard, parseHostPort, parseIp } from '../envoy/ip.ts'
import { UsageError } from '../errors.ts'
import { capturePort, podAddress } from './capture.ts'
import { boundListeners } from './listeners.ts'
import type { ClientTls, HttpRequest, SocketAddress, TraceRequest } from './request.ts'
import { serviceAddress } from './service-address.ts'

/** A request in the user's words: a URL or its parts, and which way it passes the proxy. */
export interface Question {
  /** `http://`, `https://`, `grpc://`, `tcp://`; `reviews:9080/path` counts as http. */
  readonly url?: string | undefined
  /** Host name or address, instead of or over the URL's. */
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly path?: string | undefined
  readonly method?: string | undefined
  readonly headers?: readonly (readonly [string, string])[] | undefined
  readonly protocol?: 'http1' | 'http2' | 'tcp' | undefined
  readonly sni?: string | undefined
  readonly alpn?: readonly string[] | undefined
  readonly tls?: boolean | undefined
  /** Address that the client meant to connect to; looked up in the dump when absent. */
  readonly address?: string | undefined
  /** The client's `address` or `address:port`. */
  readonly source?: string | undefined
  /** The request comes to the workload from outside; else it leaves it, or enters a gateway. */
  readonly inbound?: boolean | undefined
  /** The client is a mesh sidecar: mutual TLS with Istio's ALPN. */
  readonly mtls?: boolean | undefined
  /** URI SAN of the client's certificate (SPIFFE). */
  readonly principal?: string | undefined
  /** Enter at this listener. */
  readonly listener?: string | undefined
  readonly random?: number | undefined
}

export interface ResolvedQuestion {
  readonly request: TraceRequest
  /** What was assumed on the way. */
  readonly notes: readonly string[]
  /** The host whose address the dump does not know and the question does not give. */
  readonly unknownHost: string | undefined
}

interface Target {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly path: string
}

/** Turns a question into the request that is traced, with addresses looked up in the dump. @throws UsageError */
export function resolveQuestion(question: Question, dump: ConfigDump): ResolvedQuestion {
  const target = targetOf(question)
  const notes: string[] = []
  let unknownHost: string | undefined
  const secure = question.tls ?? (target.scheme === 'https' || question.sni !== undefined || question.mtls === true)
  const protocol = question.protocol ?? protocols.get(target.scheme) ?? 'http1'
  const redirect =
    question.listener === undefined ? capturePort(dump, question.inbound ? 'inbound' : 'outbound') : undefined
  const destination =
    redirect === undefined && question.listener === undefined
      ? directDestination(question, target, dump, notes)
      : capturedDestination(question, target, dump, (host) => {
          unknownHost = host
          notes.push(
            `the dump does not know the address of ${host}; assumed to be an address of no listener of its own`,
          )
        })
  return {
    notes,
    unknownHost,
    request: {
      destination,
      redirect,
      listener: question.listener,
      source: question.source === undefined ? undefined : socketOf(question.source),
      protocol,
      tls: secure ? tlsOf(question, target, protocol) : undefined,
      http: protocol === 'tcp' ? undefined : httpOf(question, target),
      random: question.random,
    },
  }
}

/** Addresses that stand for "somewhere" when the dump does not know a host (RFC 5737, RFC 3849). */
const somewhere = { 4: '192.0.2.2', 6: '2001:db8::2' } as const

function targetOf(question: Question): Target {
  const text = question.url ?? `http://${question.host ?? ''}`
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?([/?#].*)?$/i.exec(text)
  const scheme = parts?.[1]?.toLowerCase() ?? 'http'
  const host = (question.host ?? parts?.[2] ?? '').replace(/^\[|\]$/g, '')
  if (parts === null || host === '')
    throw new UsageError(`"${text}" is not a URL to trace`, { hint: 'For example: http://reviews:9080/reviews/1' })
  if (!protocols.has(scheme))
    throw new UsageError(`cannot trace ${scheme}:// URLs`, { hint: 'Known are http, https, grpc and tcp.' })
  const port = question.port ?? (parts[3] === undefined ? defaultPorts.get(scheme) : Number(parts[3]))
  if (port === undefined) throw new UsageError(`${text} needs a port`)
  if (port < 1 || port > 65_535) throw new UsageError(`port number ${port} must be in the range 1..65535`)
  const path = question.path ?? parts[4] ?? '/'
  return { scheme, host, port, path: path.startsWith('/') ? path : `/${path}` }
}

const protocols: ReadonlyMap<string, TraceRequest['protocol']> = new Map(
  Object.entries<TraceRequest['protocol']>({
    http: 'http1',
    https: 'http1',
    grpc: 'http2',
    tcp: 'tcp',
  }),
)
const defaultPorts: ReadonlyMap<string, number> = new Map(Object.entries({ http: 80, https: 443, grpc: 80 }))

function httpOf(question: Question, { scheme, host, port, path }: Target): HttpRequest {
  const headers = question.headers ?? []
  const given = headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const isIpv6 = host.includes(':')
  const authority =
    port === defaultPorts.get(scheme) && scheme !== 'grpc' ? (isIpv6 ? `[${host}]` : host) : hostPort(host, port)
  return {
    method: question.method ?? (scheme === 'grpc' ? 'POST' : 'GET'),
    path,
    authority: given ?? authority,
    scheme: scheme === 'https' ? 'https' : 'http',
    headers: [
      ...headers.filter(([name]) => name.toLowerCase() !== 'host'),
      ...(scheme === 'grpc' ? [['content-type', 'application/grpc'] as const] : []),
    ],
  }
}

function tlsOf(question: Question, { host, port }: Target, protocol: TraceRequest['protocol']): ClientTls {
  const certificate =
    question.mtls || question.principal !== undefined
      ? { certificate: { uriSans: question.principal === undefined ? undefined : [question.principal] } }
      : {}
  if (question.mtls) {
    const alpn =
      protocol === 'tcp'
        ? ['istio-peer-exchange', 'istio']
        : [protocol === 'http2' ? 'istio-h2' : 'istio-http/1.1', 'istio', protocol === 'http2' ? 'h2' : 'http/1.1']
    return { sni: question.sni ?? `outbound_.${port}_._.${host}`, alpn: question.alpn ?? alpn, ...certificate }
  }
  const alpn = protocol === 'tcp' ? [] : protocol === 'http2' ? ['h2'] : ['h2', 'http/1.1']
  // Clients send the name of a URL in lower case and without its last dot (RFC 6066, 3).
  const sni = question.sni ?? (parseIp(host) === undefined ? host.toLowerCase().replace(/\.$/, '') : undefined)
  return { sni, alpn: question.alpn ?? alpn, ...certificate }
}

/** Behind a redirect the original destination decides: the service's address, or the workload's own. */
function capturedDestination(
  question: Question,
  { host, port }: Target,
  dump: ConfigDump,
  unknown: (host: string) => void,
): SocketAddress {
  if (question.address !== undefined) return { address: question.address, port }
  if (parseIp(host) !== undefined) return { address: host, port }
  if (question.inbound) return { address: podAddress(dump) ?? somewhere[4], port }
  // Names of the DNS have no case, and a dot at the end says no more than that they are whole.
  const name = host.toLowerCase().replace(/\.$/, '')
  const address = serviceAddress(dump, name, port)
  if (address === undefined) unknown(name)
  return { address: address ?? somewhere[4], port }
}

/** Without a redirect the client connects to a listener's own port; a Service may map another port to it. */
function directDestination(
  question: Question,
  { host, port }: Target,
  dump: ConfigDump,
  notes: string[],
): SocketAddress {
  const bound = boundListeners(dump)
  const at = (wanted: number) => bound.flatMap(({ addresses }) => addresses).find((address) => address.port === wanted)
  // Unprivileged gateways listen on 8080 and 8443 (Istio, Gloo) or on the port plus 10000 (Envoy Gateway).
  const candidates = [port, port + 8000, port + 10_000, ...(port === 443 ? [8443] : [])]
  const actual = candidates.find((candidate) => at(candidate) !== undefined) ?? port
  if (actual !== port) notes.push(`nothing listens on port ${port}; taken as a Service port that leads to ${actual}`)
  const own = at(actual)
  if (question.address !== undefined) return { address: question.address, port: actual }
  if (own !== undefined) return { address: isWildcard(own.ip) ? somewhere[own.ip.family] : own.text, port: actual }
  return { address: parseIp(host) === undefined ? somewhere[4] : host, port: actual }
}

function socketOf(text: string): SocketAddress {
  if (parseIp(text) !== undefined) return { address: text, port: 0 }
  const socket = parseHostPort(text)
  if (socket === undefined || parseIp(socket.address) === undefined) throw new UsageError(`"${text}" is not an address`)
  return socket
}
