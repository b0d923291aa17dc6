import type { JsonObject } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'
import type { Headers } from '../matching/http-headers.ts'
import type { SessionEndpoint } from '../matching/stream-state.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import type { RoutingPriority } from './circuit-breakers.ts'

/** What is asked of a cluster. */
export interface ClusterCall {
  readonly cluster: string
  readonly connection: Connection
  /** `envoy.lb` metadata of the route: selects a subset. */
  readonly criteria: JsonObject
  /** The host that `auto_sni` goes by, with its port. Undefined for plain TCP, and where something unknown writes it. */
  readonly serverName: string | undefined
  /** Dynamic metadata by namespace, for ORIGINAL_DST by metadata. */
  readonly metadata: JsonObject
  /** Filter state by key, as strings. */
  readonly filterState: Readonly<Record<string, string>>
  /** Filter state that is set to what is not known: by key, what would tell it. */
  readonly unknownFilterState: Readonly<Record<string, UnknownFact>>
  /** The request's headers when the endpoint is chosen. Undefined for plain TCP. */
  readonly headers: Headers | undefined
  /** The host that a dynamic forward proxy filter has looked up. */
  readonly lookedUp: string | undefined
  /** The endpoint that the request's session is bound to. */
  readonly session: SessionEndpoint | undefined
  /** Of the route; circuit breakers count each on its own. */
  readonly priority: RoutingPriority
  /** Status of the answer when the cluster does not exist; undefined for plain TCP. */
  readonly notFoundStatus: number | undefined
}
