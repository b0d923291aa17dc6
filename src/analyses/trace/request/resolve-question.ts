import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { hostPort, parseHostPort, parseIp } from '../../../envoy/model/ip.ts'
import { UsageError } from '../../../errors.ts'
import { capturePort } from '../../../semantics/connection/capture.ts'
import { boundListeners, listenersOn } from '../../../semantics/connection/listeners.ts'
import type { ClientTls, HttpRequest, PartialAddress, TraceRequest } from '../../../semantics/request.ts'
import { internalEntrance } from './internal-entrance.ts'
import { likelyHosts } from './known-hosts.ts'
import type { Question } from './question.ts'
import { capturedDestination, directDestination, listenerPorts } from './question-destination.ts'
import { defaultPorts, type QuestionTarget, questionTarget } from './question-target.ts'
import { refuseUnusable } from './refuse-unusable.ts'

export interface ResolvedQuestion {
  readonly request: TraceRequest
  /** What was assumed on the way. */
  readonly notes: readonly string[]
  /** The host whose address the dump does not know and the question does not give. */
  readonly unknownHost: string | undefined
}

/** Turns a question into the request that is traced, with addresses looked up in the dump. @throws UsageError */
export function resolveQuestion(question: Question, dump: ConfigDump): ResolvedQuestion {
  refuseUnusable(question, dump)
  const target = questionTarget(question)
  const notes: string[] = []
  let unknownHost: string | undefined
  const secure = question.tls ?? (target.scheme === 'https' || question.sni !== undefined || question.mtls === true)
  const protocol = question.protocol ?? target.protocol
  const redirect =
    question.listener === undefined ? capturePort(dump, question.inbound ? 'inbound' : 'outbound') : undefined
  const entrance = question.listener ?? (redirect === undefined ? tunnelEntrance(target, dump, notes) : undefined)
  const destination =
    redirect === undefined && entrance === undefined
      ? directDestination(question, target, dump, notes)
      : capturedDestination(question, target, dump, notes, (host) => {
          unknownHost = host
          const likely = likelyHosts(host, dump)
          const meant = likely.length === 0 ? '' : `; did you mean ${likely.join(', or ')}?`
          notes.push(`the dump does not know the address of ${host}: --address says it${meant}`)
        })
  return {
    notes,
    unknownHost,
    request: {
      destination,
      redirect,
      listener: entrance,
      source: question.source === undefined ? undefined : socketOf(question.source),
      protocol,
      tls: secure ? tlsOf(question, target, protocol) : undefined,
      http: protocol === 'tcp' ? undefined : httpOf(question, target),
      random: question.random,
      token: question.token ?? (question.claims && { claims: question.claims, complete: false }),
    },
  }
}

/** The internal listener that a request enters when nothing listens on its port: what tunnels bring is for all ports. */
function tunnelEntrance({ host, port }: QuestionTarget, dump: ConfigDump, notes: string[]): string | undefined {
  if (listenerPorts(port).some((candidate) => listenersOn(boundListeners(dump), candidate).length > 0)) return undefined
  const entrance = internalEntrance(dump, host, port)
  if (entrance === undefined) return undefined
  const { listener, behind } = entrance
  notes.push(
    `nothing listens on port ${port}; taken as a request in a tunnel, which ${behind} ends and hands to ${listener}`,
  )
  return listener
}

function httpOf(question: Question, { scheme, host, port, path }: QuestionTarget): HttpRequest {
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

function tlsOf(question: Question, { host, port }: QuestionTarget, protocol: TraceRequest['protocol']): ClientTls {
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

function socketOf(text: string): PartialAddress {
  if (parseIp(text) !== undefined) return { address: text }
  const socket = parseHostPort(text)
  if (socket === undefined || parseIp(socket.address) === undefined) throw new UsageError(`"${text}" is not an address`)
  return socket
}
