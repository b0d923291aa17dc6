import type { ControlPlane } from '../envoy/control-plane/control-plane.ts'
import type { UpstreamProtocol } from '../envoy/model/upstream-protocol.ts'
import type { UpstreamTls } from '../semantics/clusters/upstream-tls.ts'
import type { RejectedChain } from '../semantics/connection/chain-selection.ts'
import type { FilterVerdict } from '../semantics/filters/filter-result.ts'
import type { Outcome } from '../semantics/outcome.ts'
import type {
  CertificateChoices,
  ChainChoices,
  EndpointChoices,
  ListenerChoices,
  RouteChoices,
} from '../semantics/reasons/choice-reasons.ts'
import type { Condition } from '../semantics/reasons/filter-conditions.ts'
import type { LimitInUse } from '../semantics/reasons/limit-in-use.ts'
import type { Reason } from '../semantics/reasons/reason.ts'
import type { Rejections } from '../semantics/reasons/rejection-reasons.ts'
import type { SubsetReasons } from '../semantics/reasons/subset-reasons.ts'
import type { UnhealthyCause } from '../semantics/reasons/unhealthy-causes.ts'
import type { Warnings } from '../semantics/reasons/warnings.ts'
import type { RoutePolicy } from '../semantics/routes/route-policy.ts'
import type { NearMiss } from '../semantics/routes/route-selection.ts'
import type { Timeout } from '../semantics/routes/timeouts.ts'
import type { ObjectsOfParts } from './api-object.ts'

/** Where a request goes, and why. One alternative unless chance decides. */
export interface Trace {
  readonly alternatives: readonly Alternative[]
  /** What made the configuration, where it is known; advice speaks its words. */
  readonly controlPlane?: ControlPlane | undefined
}

export interface Alternative {
  /** 0 to 1; all alternatives together make 1. */
  readonly probability: number
  /** One for each listener that the request passes on its way out of this proxy. */
  readonly hops: readonly Hop[]
  readonly outcome: Outcome & {
    readonly probability: number
    /** What has to hold for that: filters on the way that cannot be decided. Empty when it is certain. */
    readonly conditions: readonly Condition[]
  }
}

/** The way through one listener. A field is absent when the request did not get that far. */
export interface Hop {
  readonly listener: string
  /** The listener whose socket accepted the connection before it was handed over. */
  readonly acceptedBy?: string
  readonly connection?: ConnectionFacts
  readonly filterChain?: string
  /** Place in the listener; absent for the default filter chain. */
  readonly filterChainIndex?: number
  /** What the client gets to see when TLS ends here. */
  readonly certificate?: DownstreamCertificate
  readonly protocol?: 'http' | 'tcp' | 'other'
  readonly networkFilters?: readonly string[]
  readonly routeConfiguration?: string
  readonly routeConfigurationSource?: 'inline' | 'rds' | 'scoped'
  readonly virtualHost?: string
  /** The domain of the virtual host that won. */
  readonly domain?: string
  /** The route's name, empty when it has none. */
  readonly route?: string
  readonly routeIndex?: number
  /** The route's path condition in words. */
  readonly routeMatch?: string
  readonly filters?: readonly FilterVerdict[]
  /** What the answer depends on besides: mappers and custom responses that cannot be decided. */
  readonly conditions?: readonly Condition[]
  /** Every filter let the request pass, as far as is known: what comes after them is no matter of theirs. */
  readonly passedFilters?: true
  readonly cluster?: string
  readonly clusterType?: string
  readonly lbPolicy?: string
  readonly endpoints?: readonly EndpointChoice[]
  readonly upstream?: UpstreamRequest
  /** The HTTP version that the endpoints are spoken to with. */
  readonly upstreamProtocol?: UpstreamProtocol
  /** The time limits that apply, the one that ends the request first on top. */
  readonly timeouts?: readonly Timeout[]
  /** Circuit breakers with what is in use of them, where `/clusters` was read and they are low or half in use. */
  readonly limits?: readonly LimitInUse[]
  readonly policy?: RoutePolicy
  readonly tls?: UpstreamTls
  /** Objects of the control plane's API or the Gateway API behind a part, by the part's field name. */
  readonly objects: ObjectsOfParts
  /** Why each part was chosen, by the part's field name. */
  readonly reasons: HopReasons
  readonly considered: Considered
  /** What does not decide the outcome by itself but may spoil it: expired certificates, secrets that have not come. */
  readonly warnings?: readonly Reason<keyof Warnings>[]
}

export interface DownstreamCertificate {
  /** Of the secret, or of the file. */
  readonly name: string
  /** `DNS:shop.example.com`, `URI:spiffe://…`; absent when the dump does not hold the certificate. */
  readonly names?: readonly string[]
  /** RFC 3339, with `names`. */
  readonly notAfter?: string
}

/** An address that is not known is absent, so is a port of the client. */
export interface ConnectionFacts {
  readonly destination?: string
  readonly source?: string
  /** Where the connection comes from, when that is not the client. */
  readonly peer?: string
  /** The listener reads a header of the PROXY protocol: of every connection, or of those that have one. */
  readonly proxyProtocol?: 'required' | 'optional'
  /** Connections to the upstream come from the client's address (original_src). */
  readonly keepsSource?: true
  readonly transport: string
  readonly sni?: string
  readonly alpn?: readonly string[]
  readonly tlsTerminated?: boolean
}

export interface HopReasons {
  readonly listener?: Reason<keyof ListenerChoices>
  readonly filterChain?: Reason<keyof ChainChoices>
  readonly certificate?: Reason<keyof CertificateChoices>
  readonly virtualHost?: Reason<keyof RouteChoices>
  readonly route?: Reason<keyof RouteChoices>
  readonly cluster?: Reason<keyof RouteChoices>
  readonly upstream?: Reason<keyof RouteChoices>
  readonly endpoints?: Reason<keyof EndpointChoices>
  /** How the choice of endpoints is narrowed by their metadata. */
  readonly subset?: Reason<keyof SubsetReasons>
  /** What zone-aware routing does to the shares of endpoints. */
  readonly zones?: Reason<keyof EndpointChoices>
  /** Endpoints get requests whatever their health. */
  readonly panic?: Reason<keyof EndpointChoices>
}

/** What was considered and rejected. */
export interface Considered {
  readonly filterChains?: readonly RejectedChain[]
  readonly routes?: readonly NearMiss[]
  /** Later routes that would have matched, had the selected one not come first. */
  readonly shadowed?: readonly string[]
  readonly endpoints?: readonly { readonly address: string; readonly reason: Reason<keyof Rejections> }[]
}

export interface EndpointChoice {
  readonly address: string
  /** Share of the requests of this alternative. */
  readonly probability: number
  readonly health?: 'healthy' | 'degraded' | 'unhealthy'
  /** What makes it unhealthy, where that is known; it gets requests in panic. */
  readonly unhealthyCauses?: readonly UnhealthyCause[]
  readonly locality?: string
  readonly priority?: number
  readonly hostname?: string
  /** The member of an aggregate cluster that holds it. */
  readonly cluster?: string
  /** Name of the transport socket match, where endpoints of the cluster differ in it. */
  readonly transportSocket?: string
}

/** The request as it leaves. A field is absent when an extension or the endpoint decides. */
export interface UpstreamRequest {
  readonly path?: string
  readonly authority?: string
}
