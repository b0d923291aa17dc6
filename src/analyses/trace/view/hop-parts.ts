import type { UpstreamTls } from '../../../semantics/clusters/upstream-tls.ts'
import type { FilterVerdict } from '../../../semantics/filters/filter-result.ts'
import type { LimitInUse } from '../../../semantics/reasons/limit-in-use.ts'
import { type ReasonDocument, reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { RoutePolicy } from '../../../semantics/routes/route-policy.ts'
import type { Timeout } from '../../../semantics/routes/timeouts.ts'
import type {
  ConnectionFacts,
  DownstreamCertificate,
  EndpointChoice,
  UpstreamRequest,
} from '../../../walk/trace-result.ts'
import { withoutAbsent } from './without-absent.ts'

export interface ConnectionDocument {
  readonly transport: string
  readonly destination?: string | undefined
  readonly source?: string | undefined
  readonly peer?: string | undefined
  readonly proxyProtocol?: 'required' | 'optional' | undefined
  readonly keepsSource?: true | undefined
  readonly sni?: string | undefined
  readonly alpn?: readonly string[] | undefined
  readonly tlsTerminated?: boolean | undefined
}

/** The connection that arrives. */
export function connectionDocument(facts: ConnectionFacts): ConnectionDocument {
  return withoutAbsent<ConnectionDocument>({
    destination: facts.destination,
    source: facts.source,
    peer: facts.peer,
    proxyProtocol: facts.proxyProtocol,
    keepsSource: facts.keepsSource,
    transport: facts.transport,
    sni: facts.sni,
    alpn: facts.alpn,
    tlsTerminated: facts.tlsTerminated,
  })
}

export interface CertificateDocument {
  readonly name: string
  readonly names?: readonly string[] | undefined
  readonly notAfter?: string | undefined
}

/** The certificate that the client is shown. */
export function certificateDocument({ name, names, notAfter }: DownstreamCertificate): CertificateDocument {
  return withoutAbsent<CertificateDocument>({ name, names, notAfter })
}

export interface PolicyDocument {
  readonly retry?:
    | {
        readonly retryOn: string
        readonly attempts: number
        readonly perTryTimeout?: string | undefined
        readonly source: 'route' | 'virtualHost'
      }
    | undefined
  readonly mirrors?: readonly { readonly cluster: string; readonly probability: number }[] | undefined
  readonly hashOn?: readonly string[] | undefined
  readonly requestHeaders?: HeaderChangesDocument | undefined
  readonly responseHeaders?: HeaderChangesDocument | undefined
}

interface HeaderChangesDocument {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** What the route sets beside its destination. */
export function policyDocument(policy: RoutePolicy): PolicyDocument {
  const { retry, mirrors, hashOn, requestHeaders, responseHeaders } = policy
  return withoutAbsent<PolicyDocument>({
    retry:
      retry &&
      withoutAbsent<NonNullable<PolicyDocument['retry']>>({
        retryOn: retry.retryOn,
        attempts: retry.attempts,
        perTryTimeout: retry.perTryTimeout,
        source: retry.source,
      }),
    mirrors: mirrors?.map(({ cluster, probability }) => ({ cluster, probability })),
    hashOn,
    requestHeaders: requestHeaders && { add: requestHeaders.add, remove: requestHeaders.remove },
    responseHeaders: responseHeaders && { add: responseHeaders.add, remove: responseHeaders.remove },
  })
}

export interface TimeoutDocument {
  readonly code: Timeout['code']
  readonly milliseconds: number
  readonly phase: Timeout['phase']
  readonly status?: number | undefined
  readonly flags?: string | undefined
}

/** One time limit of the request. */
export function timeoutDocument({ code, milliseconds, phase, status, flags }: Timeout): TimeoutDocument {
  return withoutAbsent<TimeoutDocument>({ code, milliseconds, phase, status, flags })
}

export interface LimitDocument {
  readonly cluster: string
  readonly limit: LimitInUse['limit']
  readonly inUse: number
  readonly max: number
}

/** A circuit breaker with what is in use of it. */
export function limitDocument({ cluster, limit, inUse, max }: LimitInUse): LimitDocument {
  return { cluster, limit, inUse, max }
}

export interface UpstreamDocument {
  readonly path?: string | undefined
  readonly authority?: string | undefined
}

/** The request as it leaves. */
export function upstreamDocument({ path, authority }: UpstreamRequest): UpstreamDocument {
  return withoutAbsent<UpstreamDocument>({ path, authority })
}

export interface EndpointDocument {
  readonly address: string
  readonly probability: number
  readonly health?: EndpointChoice['health'] | undefined
  readonly unhealthyCauses?: readonly string[] | undefined
  readonly locality?: string | undefined
  readonly priority?: number | undefined
  readonly hostname?: string | undefined
  readonly cluster?: string | undefined
  readonly transportSocket?: string | undefined
}

/** An endpoint that the request can go to. */
export function endpointDocument(endpoint: EndpointChoice): EndpointDocument {
  return withoutAbsent<EndpointDocument>({
    address: endpoint.address,
    probability: endpoint.probability,
    health: endpoint.health,
    unhealthyCauses: endpoint.unhealthyCauses,
    locality: endpoint.locality,
    priority: endpoint.priority,
    hostname: endpoint.hostname,
    cluster: endpoint.cluster,
    transportSocket: endpoint.transportSocket,
  })
}

export interface TlsDocument {
  readonly mode: UpstreamTls['mode']
  readonly match?: string | undefined
  readonly proxyProtocol?: 'v1' | 'v2' | undefined
  readonly sni?: string | undefined
  readonly certificate?: string | undefined
  readonly names?: readonly string[] | undefined
  readonly trusted?: string | undefined
  readonly sans?: readonly string[] | undefined
}

/** TLS to the endpoints. */
export function tlsDocument(tls: UpstreamTls): TlsDocument {
  return withoutAbsent<TlsDocument>({
    match: tls.match,
    proxyProtocol: tls.proxyProtocol,
    mode: tls.mode,
    sni: tls.sni,
    certificate: tls.certificate,
    names: tls.names,
    trusted: tls.trusted,
    sans: tls.sans,
  })
}

export interface FilterDocument {
  readonly name: string
  readonly type: string
  readonly policy?: string | undefined
  readonly verdict: FilterVerdict['verdict']
  readonly reason?: ReasonDocument | undefined
}

/** What a filter did. Whether it authorizes requests is no affair of a trace. */
export function filterDocument({ name, type, policy, verdict, reason }: FilterVerdict): FilterDocument {
  return withoutAbsent<FilterDocument>({ name, type, policy, verdict, reason: reason && reasonDocument(reason) })
}
