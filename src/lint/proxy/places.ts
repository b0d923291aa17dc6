import type { Entry } from '../../envoy/dump/config-dump.ts'
import type { JsonObject } from '../../envoy/json.ts'
import type { HttpFilter } from './http-filters.ts'

/** What leads traffic to a place: a listener that serves, and a domain of it where that is known. `unknown` where a dump has no listeners. */
export type Reach = { readonly listener: string; readonly domain?: string } | 'unknown' | 'nothing'

/** A place in what a proxy has loaded. */
export interface Place {
  /** `clusters/NAME`, as this program's commands call the kind. */
  readonly resource: string
  /** Where in the resource: names of its parts; empty for the whole. */
  readonly path: string
  /** The API objects behind it, `virtualservice/reviews.default`; empty when nothing tells. */
  readonly object: string
  readonly reach: Reach
}

/** A listener that serves. */
export interface ListenerPlace extends Place {
  readonly entry: Entry
  readonly name: string
  readonly listener: JsonObject
  /** Whether clients from outside connect to it: that of a gateway or of an Envoy that is no sidecar, on an address that is not loopback. */
  readonly isEdge: boolean
}

/** A filter chain of such a listener. */
export interface ChainPlace extends Place {
  readonly of: ListenerPlace
  readonly chain: JsonObject
  /** Its DownstreamTlsContext. */
  readonly tls: JsonObject | undefined
}

/** An HTTP connection manager. */
export interface ManagerPlace extends Place {
  readonly of: ChainPlace
  readonly manager: JsonObject
  /** Whether its listener is. */
  readonly isEdge: boolean
  readonly filters: readonly HttpFilter[]
}

/** A TCP proxy filter. */
export interface TcpProxyPlace extends Place {
  readonly of: ChainPlace
  readonly config: JsonObject
}

/** A route configuration. */
export interface TablePlace extends Place {
  readonly name: string
  readonly table: JsonObject
  /** Those that use it; empty when none does, or when the dump has no listeners. */
  readonly managers: readonly ManagerPlace[]
}

export interface VirtualHostPlace extends Place {
  readonly of: TablePlace
  readonly virtualHost: JsonObject
  readonly domains: readonly string[]
}

export interface RoutePlace extends Place {
  readonly of: VirtualHostPlace
  readonly route: JsonObject
  /** `RouteMatch`. */
  readonly match: JsonObject
  /** `RouteAction`; empty for a redirect or a direct response. */
  readonly action: JsonObject
  /** Position in the virtual host. */
  readonly index: number
}

/** A cluster that serves. */
export interface ClusterPlace extends Place {
  readonly entry: Entry
  readonly name: string
  readonly cluster: JsonObject
}
