import type { ConfigDump } from '../envoy/dump/config-dump.ts'
import type { Json, JsonObject } from '../envoy/json.ts'
import type { XdsStats } from '../envoy/model/update-stats.ts'
import type { Chance } from '../semantics/chance.ts'
import type { DumpIndex } from '../semantics/connection/dump-index.ts'
import type { Connection } from '../semantics/connection.ts'
import type { StreamState } from '../semantics/matching/stream-state.ts'
import type { Outcome } from '../semantics/outcome.ts'
import type { HiddenService } from '../semantics/reasons/hidden-service.ts'
import type { TraceRequest } from '../semantics/request.ts'
import type { Moment } from './certificates/certificate-warnings.ts'
import type { TlsSide } from './certificates/peer-check.ts'
import type { HopDraft } from './hop-draft.ts'

/** What is traced, in what. */
export interface TraceInput {
  readonly dump: ConfigDump
  readonly request: TraceRequest
  /** Parsed `clusters?format=json`, for endpoint health when the dump has no endpoints. */
  readonly clusters?: JsonObject | undefined
  /** Parsed `/stats?format=json`, for updates that Envoy rejected and keeps nothing else of. */
  readonly stats?: Json | undefined
  /** Also find the routes that the selected one shadows. */
  readonly explain?: boolean | undefined
  /** The moment at which certificates have to be valid; they are not judged without it. */
  readonly now?: Date | undefined
  /** The proxy that the request comes from, whose certificates are compared with those here. */
  readonly arrival?: Arrival | undefined
  /** A Service that the request is for and that the proxy does not have. */
  readonly hidden?: HiddenService | undefined
  /** Of a saved dump: when it was saved, for certificates that are not valid now. */
  readonly savedAt?: (() => Date | undefined) | undefined
}

/** Where a request comes from another proxy whose dump is known. */
export interface Arrival {
  /** That proxy, as the TLS client. */
  readonly client: TlsSide
  /** This one, `POD.NAMESPACE`. */
  readonly proxy: string
}

/** What one alternative of a trace knows and has passed so far. */
export interface TraceState {
  readonly index: DumpIndex
  readonly request: TraceRequest & Pick<StreamState, 'unknownFilterState'>
  /** Each `envoy.admin.v3.ClusterStatus` of `/clusters`; undefined where that was not read. */
  readonly statuses: readonly JsonObject[] | undefined
  /** What statistics say of updates; empty where they were not read. */
  readonly updates: XdsStats['updates']
  /** Filter chains from before an update that connections still use, of all listeners. */
  readonly chainsDraining: number
  readonly chance: Chance
  /** When certificates and tokens are judged; not at all without it. */
  readonly moment: Moment | undefined
  /** The proxy that the request comes from, where that one is known. */
  readonly arrival: Arrival | undefined
  /** Also look for what lost: shadowed routes. */
  readonly explain: boolean
  /** Hops so far, the current one last. */
  readonly hops: HopDraft[]
  /** Goes on inside an internal listener. */
  readonly enterInternal: (listener: string, connection: Connection) => Outcome
}
