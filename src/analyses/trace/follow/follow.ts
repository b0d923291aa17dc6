import { parseHostPort, parseIp } from '../../../envoy/model/ip.ts'
import type { ClientCertificate, ClientTls, PartialAddress, TraceRequest } from '../../../semantics/request.ts'
import type { Alternative, EndpointChoice, Hop, Trace } from '../../../walk/trace-result.ts'

/**
 * The request as it arrives at the destination workload's own proxy, for a trace of that proxy's dump. Undefined when the request
 * does not leave for an address.
 * @param redirect inbound capture port of the destination's proxy, if it has one
 * @param from address of the proxy that sends it, if that is known
 */
export function followRequest(
  request: TraceRequest,
  { hops }: Alternative,
  endpoint: EndpointChoice,
  { redirect, from }: { readonly redirect: number | undefined; readonly from: string | undefined },
): TraceRequest | undefined {
  const last = hops.at(-1)
  const destination = parseHostPort(endpoint.address)
  if (last === undefined || destination === undefined || parseIp(destination.address) === undefined) return undefined
  const sent = hops.find(({ protocol }) => protocol === 'http')
  const { http } = request
  return {
    ...request,
    destination,
    redirect,
    listener: undefined,
    ...clientOf(hops[0], last, from),
    tls: last.protocol === 'http' ? tlsOf(last, request.protocol) : (tlsOf(last, request.protocol) ?? request.tls),
    http:
      http === undefined || sent === undefined
        ? http
        : { ...http, path: sent.upstream?.path ?? http.path, authority: sent.upstream?.authority ?? http.authority },
    // The next proxy draws its own numbers.
    random: undefined,
  }
}

/** Who the client is for the next proxy: this one, unless it hands the address of its own client on. */
function clientOf(
  first: Hop | undefined,
  { tls }: Hop,
  from: string | undefined,
): Pick<TraceRequest, 'source' | 'peer' | 'frontend'> {
  const { source, destination, keepsSource } = first?.connection ?? {}
  const client = partialSocket(source)
  if (tls?.proxyProtocol !== undefined)
    return { source: client, peer: { address: from }, frontend: partialSocket(destination) }
  return { source: keepsSource ? { address: client.address } : { address: from }, peer: undefined, frontend: undefined }
}

/** `IP`, or `IP:PORT`. */
function partialSocket(text: string | undefined): PartialAddress {
  if (text === undefined || parseIp(text) !== undefined) return { address: text }
  return parseHostPort(text) ?? {}
}

/** Whether some of the requests go out with mutual TLS: where they arrive there is a proxy with a say of its own. */
export function entersMesh({ alternatives }: Trace): boolean {
  return alternatives.some(
    ({ hops, outcome }) =>
      (outcome.kind === 'upstream' || outcome.kind === 'tcp') && hops.at(-1)?.tls?.mode === 'mutual tls',
  )
}

/** What the destination sees of the hop's upstream TLS. Istio's sidecars announce themselves by ALPN. */
function tlsOf({ tls }: Hop, protocol: TraceRequest['protocol']): ClientTls | undefined {
  if (tls === undefined || tls.mode === 'plaintext' || tls.mode === 'internal') return undefined
  const mutual = tls.mode === 'mutual tls'
  const istio = mutual && (tls.sni?.startsWith('outbound_.') ?? false)
  const plain = protocol === 'http2' ? ['h2'] : ['http/1.1']
  const alpn = !istio
    ? plain
    : protocol === 'tcp'
      ? ['istio-peer-exchange', 'istio']
      : [`istio-${plain[0]}`, 'istio', ...plain]
  return { sni: tls.sni, alpn, ...(mutual ? { certificate: identity(tls.names) } : {}) }
}

/** Who the destination takes the proxy for, when the dump holds the certificate; otherwise that stays unknown. */
function identity(names: readonly string[] | undefined): ClientCertificate {
  if (names === undefined) return {}
  const of = (kind: string): string[] =>
    names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length))
  return { uriSans: of('URI:'), dnsSans: of('DNS:') }
}
