import type { MeshIdentity } from '../../envoy/certificates/mesh-trust.ts'
import type { ControlPlaneName } from '../../envoy/control-plane/control-plane.ts'
import type { ExpectedPeers } from './expected-peers.ts'
import type { IstioObjects } from './istio-objects.ts'
import type { EndpointDifference } from './service-endpoints.ts'

/** What a rule of several proxies may need: two proxies at least, what the API server says of Services, the versions of the control plane, Istio's objects. */
export type FleetNeed = 'proxies' | 'endpointSlices' | 'controlPlane' | 'istioObjects'

/** Proxies that were read together, and what the API server says. */
export interface Fleet {
  readonly proxies: readonly FleetProxy[]
  /** Whether Services and their EndpointSlices were read. */
  readonly hasEndpointSlices: boolean
  /** Replicas of Istio's control plane; undefined where they were not looked for. */
  readonly controlPlane: readonly ControlPlaneReplica[] | undefined
  /** Undefined where they were not read. */
  readonly objects: IstioObjects | undefined
}

/** What is kept of a proxy: small, for thousands are read, and plain data, which can come from another thread. */
export interface FleetProxy {
  readonly name: string
  readonly plane: ControlPlaneName | undefined
  /** Whose replica it is; undefined where nothing tells. */
  readonly workload: string | undefined
  /** Its own IP addresses. */
  readonly addresses: readonly string[]
  /** Labels of its pod. */
  readonly labels: Readonly<Record<string, unknown>>
  /** The objects that its routes and filter chains come from, `virtualservice/reviews.default`; empty where nobody asks. */
  readonly origins: ReadonlySet<string>
  /** The secrets whose certificates its filter chains show. */
  readonly chainSecrets: ReadonlySet<string>
  /** Its certificates and roots; undefined where the dump has no secrets. */
  readonly identity: MeshIdentity | undefined
  /** The trust domains that it expects, and of which clients or servers. */
  readonly expects: readonly ExpectedPeers[]
  /** Where its endpoints are not those of the Services. */
  readonly differences: readonly EndpointDifference[]
  /** A digest of each resource that it has in use, `clusters/NAME`, without what belongs to its pod; undefined where they were not made. */
  readonly loaded: ReadonlyMap<string, string> | undefined
  /** Istio's version, and the revision of the control plane that it belongs to. */
  readonly version: string | undefined
  readonly revision: string
}

/** A replica of the control plane. */
export interface ControlPlaneReplica {
  readonly name: string
  readonly revision: string
  /** As its image says it: `1.24.1`; undefined where it does not. */
  readonly version: string | undefined
}
