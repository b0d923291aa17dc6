import type { AdviceTopic } from '../envoy/control-plane/control-plane.ts'
import type { Fleet, FleetNeed } from './fleet/fleet.ts'
import type { Linted, Need } from './proxy/linted.ts'
import type {
  ChainPlace,
  ClusterPlace,
  ListenerPlace,
  ManagerPlace,
  Place,
  Reach,
  RoutePlace,
  TablePlace,
  TcpProxyPlace,
  VirtualHostPlace,
} from './proxy/places.ts'

/** From what breaks traffic to what is only said. */
export const severities = ['error', 'warning', 'info'] as const
export type Severity = (typeof severities)[number]

/**
 * - `core`: nothing is found in a healthy mesh
 * - `edge`: listeners that face the outside
 * - `strict`: opinions
 * - `live`: counters and health, of `/clusters`, `/stats` and `/logging`
 * - `fleet`: several proxies beside each other, or beside what the API server says
 */
export const profiles = ['core', 'edge', 'strict', 'live', 'fleet'] as const
export type Profile = (typeof profiles)[number]

/** What a rule tells of itself. */
export interface RuleFacts {
  /** Names it on the command line, in files, and in what is printed. Never changed. */
  readonly id: string
  readonly profile: Profile
  /** Of a finding that something leads to; what nothing leads to is `info`. */
  readonly severity: Severity
  /** One line. */
  readonly title: string
  /** Which fields are looked at, and what is found. */
  readonly detects: string
  /** What it does to traffic, with what the access log shows. */
  readonly impact: string
  /** Where the same configuration is right, and what is therefore left out. */
  readonly exceptions?: string
  readonly fix: string
  /** What the fix is about, where control planes have words of their own for it. */
  readonly topic?: AdviceTopic
  /** Where it is documented, or was reported. */
  readonly sources: readonly string[]
}

/** A rule that looks at one proxy. */
export interface Rule extends RuleFacts {
  /** What has to have been read; without it nothing is concluded. */
  readonly needs?: readonly Need[]
  readonly check: Check
}

/** What a rule looks at. Pure: what is given is only read. */
export interface Check {
  proxy?(proxy: Linted): Iterable<FoundAt>
  listener?(place: ListenerPlace, proxy: Linted): Iterable<Found>
  chain?(place: ChainPlace, proxy: Linted): Iterable<Found>
  manager?(place: ManagerPlace, proxy: Linted): Iterable<Found>
  tcpProxy?(place: TcpProxyPlace, proxy: Linted): Iterable<Found>
  table?(place: TablePlace, proxy: Linted): Iterable<Found>
  virtualHost?(place: VirtualHostPlace, proxy: Linted): Iterable<Found>
  route?(place: RoutePlace, proxy: Linted): Iterable<Found>
  cluster?(place: ClusterPlace, proxy: Linted): Iterable<Found>
}

/** What was found where a rule was looking. */
export interface Found {
  /** One sentence: what is wrong with this resource. */
  readonly message: string
  /** What several findings have in common, so that they are one; the sentence when absent. */
  readonly cause?: string
  /** In place of the rule's. */
  readonly severity?: Severity
  /** What leads there, where it is not what leads to the place. */
  readonly reach?: Reach
}

/** The same with its place, of a rule that looks at all of a proxy. */
export interface FoundAt extends Found {
  readonly at: Pick<Place, 'resource'> & Partial<Place>
}

/** A rule that looks at several proxies together, or at what the API server says of them. */
export interface FleetRule extends RuleFacts {
  /** What has to have been read; without it nothing is concluded. */
  readonly needs?: readonly FleetNeed[]
  /** Pure: what is given is only read. */
  checkFleet(fleet: Fleet): Iterable<FoundInFleet>
}

/** What was found in some proxies of several. */
export interface FoundInFleet extends Found {
  /** Names of the proxies that have it; at least one. */
  readonly proxies: readonly string[]
  readonly at: Pick<Place, 'resource'> & Partial<Place>
}
