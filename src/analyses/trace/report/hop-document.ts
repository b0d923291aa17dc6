import type { FilterVerdict } from '../../../semantics/filters/filter-result.ts'
import type { Reason } from '../../../semantics/reasons/reason.ts'
import { type ReasonDocument, reasonDocument } from '../../../semantics/reasons/reason-text.ts'
import type { Considered, Hop } from '../walk/trace-result.ts'

/**
 * A hop as `-o json` prints it, which docs/schemas/trace-document.json describes. Its keys are an interface: a field of `Hop` that is
 * renamed or new is not in it until it is put here.
 */
export interface HopDocument {
  readonly listener: string
  readonly objects: Readonly<Record<string, string>>
  readonly acceptedBy?: string | undefined
  readonly connection?: Hop['connection']
  readonly filterChain?: string | undefined
  readonly filterChainIndex?: number | undefined
  readonly certificate?: Hop['certificate']
  readonly networkFilters?: readonly string[] | undefined
  readonly protocol?: Hop['protocol']
  readonly routeConfiguration?: string | undefined
  readonly routeConfigurationSource?: Hop['routeConfigurationSource']
  readonly virtualHost?: string | undefined
  readonly domain?: string | undefined
  readonly route?: string | undefined
  readonly routeIndex?: number | undefined
  readonly routeMatch?: string | undefined
  readonly cluster?: string | undefined
  readonly policy?: Hop['policy']
  readonly timeouts?: Hop['timeouts']
  readonly limits?: Hop['limits']
  readonly upstream?: Hop['upstream']
  readonly clusterType?: string | undefined
  readonly lbPolicy?: string | undefined
  readonly endpoints?: Hop['endpoints']
  readonly tls?: Hop['tls']
  readonly upstreamProtocol?: Hop['upstreamProtocol']
  readonly filters?: readonly object[] | undefined
  readonly reasons: Readonly<Record<string, ReasonDocument>>
  readonly considered: object
  readonly warnings?: readonly ReasonDocument[] | undefined
}

/** The published form of a hop. */
export function hopDocument(hop: Hop): object {
  return withoutAbsent<HopDocument>({
    listener: hop.listener,
    objects: hop.objects,
    acceptedBy: hop.acceptedBy,
    connection: hop.connection,
    filterChain: hop.filterChain,
    filterChainIndex: hop.filterChainIndex,
    certificate: hop.certificate,
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
    policy: hop.policy,
    timeouts: hop.timeouts,
    limits: hop.limits,
    upstream: hop.upstream,
    clusterType: hop.clusterType,
    lbPolicy: hop.lbPolicy,
    endpoints: hop.endpoints,
    tls: hop.tls,
    upstreamProtocol: hop.upstreamProtocol,
    filters: hop.filters?.map(filterDocument),
    reasons: Object.fromEntries(Object.entries(hop.reasons).map(([part, reason]) => [part, reasonDocument(reason)])),
    considered: consideredDocument(hop.considered),
    warnings: hop.warnings?.map((warning) => reasonDocument(warning)),
  })
}

/** Whether it authorizes requests is no affair of a trace. */
function filterDocument({ name, type, policy, verdict, reason }: FilterVerdict): object {
  return withoutAbsent({ name, type, policy, verdict, reason: reason && reasonDocument(reason) })
}

function consideredDocument({ filterChains, routes, shadowed, endpoints }: Considered): object {
  return withoutAbsent({
    shadowed,
    filterChains: filterChains?.map(withSentence),
    routes: routes?.map(withSentence),
    endpoints: endpoints?.map(withSentence),
  })
}

function withSentence<T extends { readonly reason: Reason }>({ reason, ...rejected }: T): object {
  return { ...rejected, reason: reasonDocument(reason) }
}

/** Only what is there: a key without a value is not written. */
function withoutAbsent<T extends object>(document: T): object {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined))
}
