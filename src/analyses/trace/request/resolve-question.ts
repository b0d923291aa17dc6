import type { ConfigDump } from '../../../envoy/dump/config-dump.ts'
import { hostPort, parseIp } from '../../../envoy/model/ip.ts'
import { capturePort } from '../../../semantics/connection/capture.ts'
import { boundListeners, listenersOn } from '../../../semantics/connection/listeners.ts'
import {
  type Annotations,
  annotationsOf,
  inboundExemption,
  outboundExemption,
} from '../../../semantics/connection/redirect-rules.ts'
import { notRedirectedText } from '../../../semantics/reasons/connection-ends.ts'
import type {
  ClientTls,
  Destination,
  HttpRequest,
  PartialAddress,
  RedirectExemption,
  TraceRequest,
} from '../../../semantics/request.ts'
import { internalEntrance } from './internal-entrance.ts'
import { likelyHosts } from './known-hosts.ts'
import type { Question } from './question.ts'
import { capturedDestination, directDestinations, listenerPorts } from './question-destination.ts'
import { type QuestionTarget, questionTarget } from './question-target.ts'
import { refuseUnusable } from './refuse-unusable.ts'
import { socketOf } from './socket-argument.ts'

export interface ResolvedQuestion {
  readonly request: TraceRequest
  /** What was assumed on the way. */
  readonly notes: readonly string[]
  /** The host whose address the dump does not know and the question does not give. */
  readonly unknownHost: string | undefined
  /** The same request at other ports that the Service's port can lead to; which one it is was not said. */
  readonly others: readonly TraceRequest[]
  /** The port of the URL, where nothing listens on it and it counts as that of a Service. */
  readonly servicePort: number | undefined
}

/** Turns a question into the request that is traced, with addresses looked up in the dump. @throws UsageError */
export function resolveQuestion(
  question: Question,
  dump: ConfigDump,
  annotations = annotationsOf(dump),
): ResolvedQuestion {
  refuseUnusable(question, dump)
  const target = questionTarget(question)
  const notes: string[] = []
  let unknownHost: string | undefined
  const secure =
    question.tls ?? (target.scheme.isSecure === true || question.sni !== undefined || question.mtls === true)
  const protocol = question.protocol === 'http1.0' ? 'http1' : (question.protocol ?? target.scheme.protocol)
  const capture = captureOf(question, dump)
  const entrance =
    question.listener ?? (capture === undefined ? tunnelEntrance(question, target, dump, notes) : undefined)
  const tunnelled = entrance !== undefined
  const isDirect = capture === undefined && entrance === undefined
  const direct = isDirect ? directDestinations(question, target, dump, notes) : []
  const destination =
    direct[0] ??
    capturedDestination(question, target, dump, notes, (host) => {
      unknownHost = host
      const likely = likelyHosts(host, dump)
      const meant = likely.length === 0 ? '' : `; did you mean ${likely.join(', or ')}?`
      notes.push(`the dump does not know the address of ${host}: --address says it${meant}`)
    })
  const exemption = capture === undefined ? undefined : exemptionOf(question, dump, annotations, destination)
  if (exemption !== undefined) notes.push(notRedirectedText({ port: destination.port, ...exemption }))
  const request: TraceRequest = {
    destination,
    redirect: exemption === undefined ? capture : undefined,
    exemption,
    listener: entrance,
    source: question.source === undefined ? undefined : socketOf(question.source),
    peer: question.peer === undefined ? undefined : socketOf(question.peer),
    frontend: isDirect ? frontendOf(question, target) : undefined,
    protocol,
    // Mutual TLS ends where the tunnel does; the identity is handed on from there.
    tls: secure && !(tunnelled && question.mtls) ? tlsOf(question, target, protocol) : undefined,
    http: protocol === 'tcp' ? undefined : httpOf(question, target, protocol),
    random: question.random,
    filterState:
      tunnelled && question.principal !== undefined ? { 'io.istio.peer_principal': question.principal } : undefined,
    token: question.token ?? (question.claims && { claims: question.claims, complete: false }),
  }
  return {
    notes,
    unknownHost,
    request,
    others: direct.slice(1).map((other) => ({ ...request, destination: other })),
    servicePort:
      direct.length > 0 && destination.port !== target.port && question.targetPort === undefined
        ? target.port
        : undefined,
  }
}

/** The port that iptables redirects the connection to; undefined where it redirects none of this kind. */
function captureOf(question: Question, dump: ConfigDump): number | undefined {
  if (question.listener !== undefined || question.redirected === false || question.targetPort !== undefined)
    return undefined
  return question.capturePort ?? capturePort(dump, question.inbound ? 'inbound' : 'outbound')
}

/** What leaves the connection alone, unless the question says that it is redirected. */
function exemptionOf(
  question: Question,
  dump: ConfigDump,
  annotations: Annotations,
  destination: Destination,
): RedirectExemption | undefined {
  if (question.redirected === true || question.capturePort !== undefined) return undefined
  return question.inbound
    ? inboundExemption(dump, annotations, destination.port)
    : outboundExemption(annotations, destination)
}

/** A load balancer has an address of its own, and the port that clients know. */
function frontendOf({ address }: Question, { host, port }: QuestionTarget): PartialAddress {
  return { address: address ?? (host !== undefined && parseIp(host) !== undefined ? host : undefined), port }
}

/** The internal listener that a request enters when nothing listens on its port: what tunnels bring is for all ports. */
function tunnelEntrance(
  { targetPort }: Question,
  { host, port }: QuestionTarget,
  dump: ConfigDump,
  notes: string[],
): string | undefined {
  if (
    targetPort !== undefined ||
    listenerPorts(port).some((candidate) => listenersOn(boundListeners(dump), candidate).length > 0)
  )
    return undefined
  const entrance = internalEntrance(dump, host, port)
  if (entrance === undefined) return undefined
  const { listener, behind } = entrance
  notes.push(
    `nothing listens on port ${port}; taken as a request in a tunnel, which ${behind} ends and hands to ${listener}`,
  )
  return listener
}

function httpOf(question: Question, target: QuestionTarget, protocol: TraceRequest['protocol']): HttpRequest {
  const { scheme, path } = target
  const headers = question.headers ?? []
  const named = (...names: readonly string[]): string | undefined =>
    headers.find(([name]) => names.includes(name.toLowerCase()))?.[1]
  const authority = named(':authority', 'host') ?? target.authority ?? authorityOf(target)
  // Over HTTP/2 an upgrade is an extended CONNECT. (RFC 8441)
  const extendedConnect = protocol === 'http2' ? scheme.upgrade : undefined
  const upgrade = protocol === 'http2' ? undefined : scheme.upgrade
  return {
    method:
      question.method ??
      named(':method') ??
      (extendedConnect === undefined ? (scheme.isGrpc ? 'POST' : 'GET') : 'CONNECT'),
    path: named(':path') ?? path,
    authority,
    authorityUnknown: authority === undefined ? true : undefined,
    scheme: scheme.isSecure === true ? 'https' : 'http',
    version: question.protocol === 'http1.0' ? '1.0' : undefined,
    extendedConnect,
    headers: [
      ...headers.filter(([name]) => !name.startsWith(':') && name.toLowerCase() !== 'host'),
      ...(scheme.isGrpc ? [['content-type', 'application/grpc'] as const] : []),
      ...(upgrade === undefined ? [] : [['connection', 'upgrade'] as const, ['upgrade', upgrade] as const]),
    ],
  }
}

/** As clients write it: without the port that the scheme stands for. */
function authorityOf({ scheme, host, port }: QuestionTarget): string | undefined {
  if (host === undefined) return undefined
  if (port !== scheme.port || scheme.isGrpc) return hostPort(host, port)
  return host.includes(':') ? `[${host}]` : host
}

function tlsOf(question: Question, { host, port }: QuestionTarget, protocol: TraceRequest['protocol']): ClientTls {
  const certificate =
    question.mtls || question.principal !== undefined
      ? { certificate: { uriSans: question.principal === undefined ? undefined : [question.principal] } }
      : {}
  const serverName = (own: string | undefined): ClientTls => {
    const sni = question.sni ?? own
    return { sni, sniUnknown: sni === undefined ? true : undefined }
  }
  if (question.mtls) {
    const alpn =
      protocol === 'tcp'
        ? ['istio-peer-exchange', 'istio']
        : [protocol === 'http2' ? 'istio-h2' : 'istio-http/1.1', 'istio', protocol === 'http2' ? 'h2' : 'http/1.1']
    return { ...serverName(host && `outbound_.${port}_._.${host}`), alpn: question.alpn ?? alpn, ...certificate }
  }
  const alpn = protocol === 'tcp' ? [] : protocol === 'http2' ? ['h2'] : ['h2', 'http/1.1']
  // Clients send the name of a URL in lower case and without its last dot (RFC 6066, 3).
  const named = host === undefined || parseIp(host) === undefined
  return {
    ...(named ? serverName(host?.toLowerCase().replace(/\.$/, '')) : { sni: question.sni }),
    alpn: question.alpn ?? alpn,
    ...certificate,
  }
}
