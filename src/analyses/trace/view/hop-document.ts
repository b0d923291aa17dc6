import { type ReasonDocument, reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import { apiObjectsText } from '../../../walk/api-object.ts'
import type { Considered, Hop } from '../../../walk/trace-result.ts'
import {
  type CertificateDocument,
  type ConnectionDocument,
  certificateDocument,
  connectionDocument,
  type EndpointDocument,
  endpointDocument,
  type FilterDocument,
  filterDocument,
  type LimitDocument,
  limitDocument,
  type PolicyDocument,
  policyDocument,
  type TimeoutDocument,
  type TlsDocument,
  timeoutDocument,
  tlsDocument,
  type UpstreamDocument,
  upstreamDocument,
} from './hop-parts.ts'
import { withoutAbsent } from './without-absent.ts'

/**
 * A hop as `-o json` prints it, which docs/schemas/trace-document.json describes. Its keys are an interface: a field of `Hop`, or of what it
 * holds, that is renamed or new is not in it until it is put here or in hop-parts.ts.
 */
export interface HopDocument {
  readonly listener: string
  readonly objects: Readonly<Record<string, string>>
  readonly acceptedBy?: string | undefined
  readonly connection?: ConnectionDocument | undefined
  readonly filterChain?: string | undefined
  readonly filterChainIndex?: number | undefined
  readonly certificate?: CertificateDocument | undefined
  readonly networkFilters?: readonly string[] | undefined
  readonly protocol?: 'http' | 'tcp' | 'other' | undefined
  readonly routeConfiguration?: string | undefined
  readonly routeConfigurationSource?: 'inline' | 'rds' | 'scoped' | undefined
  readonly virtualHost?: string | undefined
  readonly domain?: string | undefined
  readonly route?: string | undefined
  readonly routeIndex?: number | undefined
  readonly routeMatch?: string | undefined
  readonly cluster?: string | undefined
  readonly policy?: PolicyDocument | undefined
  readonly timeouts?: readonly TimeoutDocument[] | undefined
  readonly limits?: readonly LimitDocument[] | undefined
  readonly upstream?: UpstreamDocument | undefined
  readonly clusterType?: string | undefined
  readonly lbPolicy?: string | undefined
  readonly endpoints?: readonly EndpointDocument[] | undefined
  readonly tls?: TlsDocument | undefined
  readonly upstreamProtocol?: string | undefined
  readonly filters?: readonly FilterDocument[] | undefined
  readonly reasons: Readonly<Record<string, ReasonDocument>>
  readonly considered: object
  readonly warnings?: readonly ReasonDocument[] | undefined
}

/** The published form of a hop. */
export function hopDocument(hop: Hop): object {
  return withoutAbsent<HopDocument>({
    listener: hop.listener,
    objects: Object.fromEntries(Object.entries(hop.objects).map(([part, found]) => [part, apiObjectsText(found)])),
    acceptedBy: hop.acceptedBy,
    connection: hop.connection && connectionDocument(hop.connection),
    filterChain: hop.filterChain,
    filterChainIndex: hop.filterChainIndex,
    certificate: hop.certificate && certificateDocument(hop.certificate),
    networkFilters: hop.networkFilters,
    protocol: hop.protocol,
    routeConfiguration: hop.routeConfiguration,
    routeConfigurationSource: hop.routeConfigurationSource,
    virtualHost: hop.virtualHost,
    domain: hop.domain,
    route: hop.route,
    routeIndex: hop.routeIndex,
    routeMatch: hop.routeMatch,
    cluster: hop.cluster,
    policy: hop.policy && policyDocument(hop.policy),
    timeouts: hop.timeouts?.map(timeoutDocument),
    limits: hop.limits?.map(limitDocument),
    upstream: hop.upstream && upstreamDocument(hop.upstream),
    clusterType: hop.clusterType,
    lbPolicy: hop.lbPolicy,
    endpoints: hop.endpoints?.map(endpointDocument),
    tls: hop.tls && tlsDocument(hop.tls),
    upstreamProtocol: hop.upstreamProtocol,
    filters: hop.filters?.map(filterDocument),
    reasons: Object.fromEntries(Object.entries(hop.reasons).map(([part, reason]) => [part, reasonDocument(reason)])),
    considered: consideredDocument(hop.considered),
    warnings: hop.warnings?.map((warning) => reasonDocument(warning)),
  })
}

function consideredDocument({ filterChains, routes, shadowed, endpoints }: Considered): object {
  return withoutAbsent({
    shadowed,
    filterChains: filterChains?.map(({ name, reason }) => ({ name, reason: reasonDocument(reason) })),
    routes: routes?.map(({ route, reason }) => ({ route, reason: reasonDocument(reason) })),
    endpoints: endpoints?.map(({ address, reason }) => ({ address, reason: reasonDocument(reason) })),
  })
}
