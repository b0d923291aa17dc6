import { type JsonObject, stringOf, stringsOf } from '../envoy/json.ts'
import type { ClusterCall } from '../semantics/clusters/cluster-call.ts'
import { discoveryOf } from '../semantics/clusters/discovery-type.ts'
import { assignmentName, type Host, type HostSet, hostsOf } from '../semantics/clusters/hosts.ts'
import { pickingPolicy, weighedByReports } from '../semantics/clusters/lb-policy.ts'
import { type Balance, balance, type HostShare } from '../semantics/clusters/load-balancing.ts'
import { panicsOf, whyNone, whyPassedOver } from '../semantics/clusters/passed-over.ts'
import { requestedHost } from '../semantics/clusters/requested-host.ts'
import { type SubsetChoice, subsetConfig, subsetHosts } from '../semantics/clusters/subset.ts'
import { type ZoneRouting, zoneEffect } from '../semantics/clusters/zone-shares.ts'
import { endWith, RequestEnd } from '../semantics/outcome.ts'
import { because, type Reason } from '../semantics/reasons/reason.ts'
import type { SubsetFallback } from '../semantics/reasons/subset-reasons.ts'
import type { UpstreamEnds } from '../semantics/reasons/upstream-ends.ts'
import { type HopDraft, note, warn } from './hop-draft.ts'
import { noHealthyUpstream } from './no-healthy-upstream.ts'
import { noteCounters } from './note-counters.ts'
import { noteEndpoints } from './note-endpoints.ts'
import { noteOtherVersions } from './other-versions.ts'
import type { TraceState } from './trace-state.ts'
import { isClosed, refuseOverflow } from './turn-away.ts'
import { zoneRoutingOf } from './zone-routing.ts'

/**
 * The endpoints of a cluster that can be picked, with their shares, which make 1; what gets none is written down with its reason.
 * @returns the end where none can be picked, in the alternative where chance finds none, and where circuit breakers are closed
 */
export function chooseEndpoints(
  traceState: TraceState,
  hop: HopDraft,
  cluster: JsonObject,
  call: ClusterCall,
): readonly HostShare[] | RequestEnd {
  const candidates = candidatesOf(traceState, hop, cluster, call)
  if (candidates instanceof RequestEnd) return candidates
  const { sets, memberOf, isAggregate } = candidates
  const requested = isAggregate ? undefined : requestedHost(cluster, call, candidates.hosts)
  if (requested !== undefined) note(hop, 'endpoints', { reasons: { endpoints: requested.reason } })
  if (requested?.host !== undefined)
    return reachable(traceState, hop, cluster, call, [{ host: requested.host, probability: 1 }], undefined)
  if (call.session?.strict === true)
    return noHealthyUpstream(
      hop,
      call,
      because('session-endpoint-unavailable', { cluster: call.cluster, address: call.session.address }),
    )
  const hosts = sets.flatMap((set) => set.hosts)
  const zones = isAggregate ? undefined : noteZones(traceState, hop, cluster, hosts)
  const { runtime } = traceState.index
  const members = isAggregate ? candidates.members : undefined
  const balanced = balance(cluster, sets, { runtime, zones, members })
  notePassedOver(hop, hosts, balanced)
  const shares = wholeShares(traceState, hop, call, balanced, candidates.missedSubset)
  if (shares instanceof RequestEnd) return shares
  const panics = panicsOf(balanced)
  if (panics.length > 0)
    note(hop, 'endpoints', { reasons: { panic: because('endpoints-in-panic', { priorities: panics }) } })
  if (pickingPolicy(cluster).name === weighedByReports)
    note(hop, 'endpoints', { reasons: { endpoints: because('weights-by-load-reports', {}) } })
  return reachable(traceState, hop, cluster, call, shares, isAggregate ? memberOf : undefined)
}

interface Candidates {
  /** Whatever their subset. */
  readonly hosts: readonly Host[]
  readonly sets: readonly HostSet[]
  /** One for each set. */
  readonly members: readonly JsonObject[]
  readonly memberOf: ReadonlyMap<Host, JsonObject>
  readonly isAggregate: boolean
  readonly missedSubset: SubsetFallback | undefined
}

/** The hosts of a cluster, or of the members of an aggregate, that are in the subset asked for. */
function candidatesOf(
  traceState: TraceState,
  hop: HopDraft,
  cluster: JsonObject,
  call: ClusterCall,
): Candidates | RequestEnd {
  const { type, config } = discoveryOf(cluster)
  const isAggregate = type === 'AGGREGATE'
  const members = isAggregate ? aggregateMembers(traceState, config) : [cluster]
  const memberOf = new Map<Host, JsonObject>()
  const hosts: Host[] = []
  let missedSubset: SubsetFallback | undefined
  const sets: HostSet[] = []
  for (const member of members) {
    const set = hostsOf(member, traceState.index, traceState.statuses)
    if (set === undefined) return endpointsUnknown(hop, stringOf(member.name) ?? '')
    noteOtherVersions(traceState, 'endpoints', assignmentName(member))
    noteUnreported(traceState, hop, member)
    for (const host of set.hosts) hosts.push(host)
    const subset = subsetOf(member, set, call.criteria)
    if (subset !== undefined) note(hop, 'endpoints', { reasons: { subset: subset.reason } })
    if (subset?.reason.code === 'subset-fallback') missedSubset = subset.reason.args
    const usable = subset === undefined ? set : { ...set, hosts: subset.hosts }
    for (const host of usable.hosts) memberOf.set(host, member)
    sets.push(usable)
  }
  return { hosts, sets, members, memberOf, isAggregate, missedSubset }
}

/** Member clusters in order; Envoy skips those that do not exist. */
function aggregateMembers(traceState: TraceState, config: JsonObject): readonly JsonObject[] {
  return stringsOf(config.clusters).flatMap((name) => {
    noteOtherVersions(traceState, 'clusters', name)
    const member = traceState.index.serving('clusters', name)
    return member === undefined ? [] : [member.resource]
  })
}

function subsetOf(cluster: JsonObject, { hosts }: HostSet, criteria: JsonObject): SubsetChoice | undefined {
  const config = subsetConfig(cluster)
  return config === undefined ? undefined : subsetHosts(config, hosts, criteria)
}

/** What was asked for by a file of its own and does not know the cluster is said not to count. */
function noteUnreported({ statuses }: TraceState, hop: HopDraft, { name }: JsonObject): void {
  if (statuses === undefined || statuses.some((status) => status.name === name)) return
  warn(hop, because('endpoints-not-reported', { cluster: stringOf(name) ?? '' }))
}

/** Notes what zone-aware routing does to the choice, and gives it where it can be reckoned. */
function noteZones(
  traceState: TraceState,
  hop: HopDraft,
  cluster: JsonObject,
  hosts: readonly Host[],
): ZoneRouting | undefined {
  const zones = zoneRoutingOf(traceState, cluster, hosts)
  if (zones === undefined) return undefined
  const isKnown = !('code' in zones)
  const reason = isKnown ? zoneEffect(zones, hosts) : zones
  if (reason !== undefined) note(hop, 'endpoints', { reasons: { zones: reason } })
  return isKnown ? zones : undefined
}

function endpointsUnknown(hop: HopDraft, name: string): RequestEnd {
  note(hop, 'endpoints', { reasons: { endpoints: because('endpoints-not-in-dump', {}) } })
  return endWith({
    kind: 'upstream',
    details: 'endpoints_not_in_dump',
    reason: because('dump-without-endpoints', { cluster: name }),
  })
}

function notePassedOver(hop: HopDraft, hosts: readonly Host[], balanced: Balance): void {
  const picked = new Set(balanced.shares.map(({ host }) => host))
  const passedOver = hosts.filter((host) => !picked.has(host))
  if (passedOver.length === 0) return
  const endpoints = passedOver.map((host) => ({ address: host.label, reason: whyPassedOver(balanced, host) }))
  note(hop, 'endpoints', { considered: { endpoints } })
}

/** Less than this is the rounding of shares. */
const roundingError = 1e-9

/** The shares as parts of 1; the end in the alternative that finds no endpoint. */
function wholeShares(
  { chance }: TraceState,
  hop: HopDraft,
  call: ClusterCall,
  balanced: Balance,
  missedSubset: SubsetFallback | undefined,
): readonly HostShare[] | RequestEnd {
  const { shares } = balanced
  const total = shares.reduce((sum, { probability }) => sum + probability, 0)
  if (total > 1 - roundingError) return shares
  const found = total > 0 && chance.draw([total, 1 - total]) === 0
  if (!found) return noHealthyUpstream(hop, call, whyNoEndpoint(call.cluster, balanced, missedSubset))
  return shares.map(({ host, probability }) => ({ host, probability: probability / total }))
}

function whyNoEndpoint(
  cluster: string,
  balanced: Balance,
  missedSubset: SubsetFallback | undefined,
): Reason<keyof UpstreamEnds> {
  if (balanced.levels.length > 0) return whyNone(balanced, cluster)
  if (missedSubset !== undefined) return because('subset-without-endpoints', { cluster, ...missedSubset })
  return because('endpoints-missing', { cluster })
}

/**
 * Notes the endpoints that circuit breakers let a request reach. Those of an aggregate belong to members with breakers of their own.
 * @returns the end in the alternative that meets a breaker that lets nothing through
 */
function reachable(
  traceState: TraceState,
  hop: HopDraft,
  cluster: JsonObject,
  call: ClusterCall,
  shares: readonly HostShare[],
  memberOf: ReadonlyMap<Host, JsonObject> | undefined,
): readonly HostShare[] | RequestEnd {
  const groups = [
    ...Map.groupBy(shares, ({ host }) => {
      const owner = memberOf?.get(host) ?? cluster
      return isClosed(traceState, owner, call) ? owner : undefined
    }),
  ]
  const totals = groups.map(([, group]) => group.reduce((sum, { probability }) => sum + probability, 0))
  const chosen = groups.length > 1 ? traceState.chance.draw(totals) : 0
  const [closed, group] = groups[chosen] ?? [undefined, shares]
  const total = totals[chosen] ?? 1
  const whole = group.map(({ host, probability }) => ({ host, probability: probability / total }))
  noteEndpoints(traceState, hop, cluster, whole, call, memberOf)
  noteCounters(traceState, hop, call, new Set(group.map(({ host }) => memberOf?.get(host) ?? cluster)), whole)
  return (closed === undefined ? undefined : refuseOverflow(traceState, closed, call)) ?? whole
}
