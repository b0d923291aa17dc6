import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { hostPort, parseIp } from '../../envoy/model/ip.ts'
import { capturePort } from '../../semantics/connection/capture-listener.ts'
import { boundListeners, listenersOn } from '../../semantics/connection/listeners.ts'
import {
  type Annotations,
  annotationsOf,
  inboundExemption,
  outboundExemption,
} from '../../semantics/connection/redirect-rules.ts'
import { notRedirectedText } from '../../semantics/reasons/connection-ends.ts'
import type {
  ClientTls,
  Destination,
  HttpRequest,
  PartialAddress,
  RedirectExemption,
  TraceRequest,
} from '../../semantics/request.ts'
import { internalEntrance } from './internal-entrance.ts'
import { likelyHosts } from './known-hosts.ts'
import { capturedDestination, directDestinations, listenerPorts } from './request-destination.ts'
import type { RequestSpec } from './request-spec.ts'
import { type RequestTarget, requestTarget } from './request-target.ts'
import { socketOf } from './socket-argument.ts'
import { validateRequest } from './validate-request.ts'

export interface ResolvedRequest {
  readonly request: TraceRequest
  /** What was assumed on the way. */
  readonly notes: readonly string[]
  /** The host whose address the dump does not know and the specification does not give. */
  readonly unknownHost: string | undefined
  /** The same request at other ports that the Service's port can lead to; which one it is was not said. */
  readonly others: readonly TraceRequest[]
  /** The port of the URL, where nothing listens on it and it counts as that of a Service. */
  readonly servicePort: number | undefined
}

/** Makes the request that is traced of its specification, with addresses looked up in the dump. @throws UsageError */
export function resolveRequest(
  spec: RequestSpec,
  dump: ConfigDump,
  annotations = annotationsOf(dump),
): ResolvedRequest {
  validateRequest(spec, dump)
  const target = requestTarget(spec)
  const notes: string[] = []
  let unknownHost: string | undefined
  const secure = spec.tls ?? (target.scheme.isSecure === true || spec.sni !== undefined || spec.mtls === true)
  const protocol = spec.protocol === 'http1.0' ? 'http1' : (spec.protocol ?? target.scheme.protocol)
  const capture = captureOf(spec, dump)
  const entrance = spec.listener ?? (capture === undefined ? tunnelEntrance(spec, target, dump, notes) : undefined)
  const tunnelled = entrance !== undefined
  const isDirect = capture === undefined && entrance === undefined
  const direct = isDirect ? directDestinations(spec, target, dump, notes) : []
  const destination =
    direct[0] ??
    capturedDestination(spec, target, dump, notes, (host) => {
      unknownHost = host
      const likely = likelyHosts(host, dump)
      const meant = likely.length === 0 ? '' : `; did you mean ${likely.join(', or ')}?`
      notes.push(`the dump does not know the address of ${host}: --address says it${meant}`)
    })
  const exemption = capture === undefined ? undefined : exemptionOf(spec, dump, annotations, destination)
  if (exemption !== undefined) notes.push(notRedirectedText({ port: destination.port, ...exemption }))
  const request: TraceRequest = {
    destination,
    redirect: exemption === undefined ? capture : undefined,
    exemption,
    listener: entrance,
    source: spec.source === undefined ? undefined : socketOf(spec.source),
    peer: spec.peer === undefined ? undefined : socketOf(spec.peer),
    frontend: isDirect ? frontendOf(spec, target) : undefined,
    protocol,
    // Mutual TLS ends where the tunnel does; the identity is handed on from there.
    tls: secure && !(tunnelled && spec.mtls) ? tlsOf(spec, target, protocol) : undefined,
    http: protocol === 'tcp' ? undefined : httpOf(spec, target, protocol),
    random: spec.random,
    filterState: tunnelled && spec.principal !== undefined ? { 'io.istio.peer_principal': spec.principal } : undefined,
    token: spec.token ?? (spec.claims && { claims: spec.claims, complete: false }),
  }
  return {
    notes,
    unknownHost,
    request,
    others: direct.slice(1).map((other) => ({ ...request, destination: other })),
    servicePort:
      direct.length > 0 && destination.port !== target.port && spec.targetPort === undefined ? target.port : undefined,
  }
}

/** The port that iptables redirects the connection to; undefined where it redirects none of this kind. */
function captureOf(spec: RequestSpec, dump: ConfigDump): number | undefined {
  if (spec.listener !== undefined || spec.redirected === false || spec.targetPort !== undefined) return undefined
  return spec.capturePort ?? capturePort(dump, spec.inbound ? 'inbound' : 'outbound')
}

/** What leaves the connection alone, unless the specification says that it is redirected. */
function exemptionOf(
  spec: RequestSpec,
  dump: ConfigDump,
  annotations: Annotations,
  destination: Destination,
): RedirectExemption | undefined {
  if (spec.redirected === true || spec.capturePort !== undefined) return undefined
  return spec.inbound
    ? inboundExemption(dump, annotations, destination.port)
    : outboundExemption(annotations, destination)
}

/** A load balancer has an address of its own, and the port that clients know. */
function frontendOf({ address }: RequestSpec, { host, port }: RequestTarget): PartialAddress {
  return { address: address ?? (host !== undefined && parseIp(host) !== undefined ? host : undefined), port }
}

/** The internal listener that a request enters when nothing listens on its port: what tunnels bring is for all ports. */
function tunnelEntrance(
  { targetPort }: RequestSpec,
  { host, port }: RequestTarget,
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

function httpOf(spec: RequestSpec, target: RequestTarget, protocol: TraceRequest['protocol']): HttpRequest {
  const { scheme, path } = target
  const headers = spec.headers ?? []
  const named = (...names: readonly string[]): string | undefined =>
    headers.find(([name]) => names.includes(name.toLowerCase()))?.[1]
  const authority = named(':authority', 'host') ?? target.authority ?? authorityOf(target)
  // Over HTTP/2 an upgrade is an extended CONNECT. (RFC 8441)
  const extendedConnect = protocol === 'http2' ? scheme.upgrade : undefined
  const upgrade = protocol === 'http2' ? undefined : scheme.upgrade
  return {
    method:
      spec.method ?? named(':method') ?? (extendedConnect === undefined ? (scheme.isGrpc ? 'POST' : 'GET') : 'CONNECT'),
    path: named(':path') ?? path,
    authority,
    authorityUnknown: authority === undefined ? true : undefined,
    scheme: scheme.isSecure === true ? 'https' : 'http',
    version: spec.protocol === 'http1.0' ? '1.0' : undefined,
    extendedConnect,
    headers: [
      ...headers.filter(([name]) => !name.startsWith(':') && name.toLowerCase() !== 'host'),
      ...(scheme.isGrpc ? [['content-type', 'application/grpc'] as const] : []),
      ...(upgrade === undefined ? [] : [['connection', 'upgrade'] as const, ['upgrade', upgrade] as const]),
    ],
  }
}

/** As clients write it: without the port that the scheme stands for. */
function authorityOf({ scheme, host, port }: RequestTarget): string | undefined {
  if (host === undefined) return undefined
  if (port !== scheme.port || scheme.isGrpc) return hostPort(host, port)
  return host.includes(':') ? `[${host}]` : host
}

function tlsOf(spec: RequestSpec, { host, port }: RequestTarget, protocol: TraceRequest['protocol']): ClientTls {
  const certificate =
    spec.mtls || spec.principal !== undefined
      ? { certificate: { uriSans: spec.principal === undefined ? undefined : [spec.principal] } }
      : {}
  const serverName = (own: string | undefined): ClientTls => {
    const sni = spec.sni ?? own
    return { sni, sniUnknown: sni === undefined ? true : undefined }
  }
  if (spec.mtls) {
    const alpn =
      protocol === 'tcp'
        ? ['istio-peer-exchange', 'istio']
        : [protocol === 'http2' ? 'istio-h2' : 'istio-http/1.1', 'istio', protocol === 'http2' ? 'h2' : 'http/1.1']
    return { ...serverName(host && `outbound_.${port}_._.${host}`), alpn: spec.alpn ?? alpn, ...certificate }
  }
  const alpn = protocol === 'tcp' ? [] : protocol === 'http2' ? ['h2'] : ['h2', 'http/1.1']
  // Clients send the name of a URL in lower case and without its last dot (RFC 6066, 3).
  const named = host === undefined || parseIp(host) === undefined
  return {
    ...(named ? serverName(host?.toLowerCase().replace(/\.$/, '')) : { sni: spec.sni }),
    alpn: spec.alpn ?? alpn,
    ...certificate,
  }
}
