import type { JsonObject } from '../../envoy/json.ts'
import type { TypedConfig } from '../../envoy/model/typed-config.ts'
import type { ExtensionType } from '../extensions/extension-registry.ts'
import type { OpenMetadata } from '../matching/stream-state.ts'
import type { ValidToken } from '../request.ts'
import type { RouteContext } from '../routes/route-match.ts'
import type { FilterResult } from './filter-result.ts'
import type { RequestState } from './request-state.ts'

/** What an HTTP filter gets to see: its configuration, and the request as the filters before it left it. */
export interface FilterInput {
  readonly config: JsonObject
  /** Its per-route configurations (`typed_per_filter_config`), most specific first. */
  readonly overrides: readonly JsonObject[]
  readonly context: RouteContext
  /** Weighted cluster entry, route, virtual host, route configuration; empty without a route. */
  readonly levels: readonly JsonObject[]
  /** The cluster that the route names. */
  readonly cluster: string | undefined
  /** How that cluster finds its endpoints: `EDS`, `DYNAMIC_FORWARD_PROXY`; undefined when the dump does not have it. */
  readonly clusterType: () => string | undefined
  /** The proxy's own `envoy.config.core.v3.Node`. */
  readonly node: JsonObject
  /** A valid token that the client sends; absent where nothing is said of one. */
  readonly token: ValidToken | undefined
  /** The moment at which a token has to be valid. */
  readonly now: Date | undefined
  /** Runs another filter in place of this one, with this one's per-route configurations. */
  readonly run: (filter: TypedConfig, state: RequestState) => FilterResult
}

/** A kind of HTTP filter. A new one is one of these in a file of its own, and a line in the index. */
export interface HttpFilterType extends ExtensionType {
  /** Decides who may send a request: `authz` asks filters of this kind. */
  readonly authorizes?: boolean
  /** Dynamic metadata that it can have written where it is undecided; `any` for all. */
  readonly opensMetadata?: OpenMetadata
  readonly evaluate: (input: FilterInput) => FilterResult
}

/** The request and what is known of it, after the filters before. */
export function stateOf({ context }: FilterInput): RequestState {
  return { request: context.request, known: context.known }
}
