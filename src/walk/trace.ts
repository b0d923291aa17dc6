import { controlPlaneOf } from '../envoy/control-plane/control-plane-of.ts'
import type { JsonObject } from '../envoy/json.ts'
import { partialHostPort } from '../envoy/model/ip.ts'
import { xdsStats } from '../envoy/model/update-stats.ts'
import { clusterStatusesOf } from '../envoy/proto-json/admin-reply.ts'
import { type Chance, explore } from '../semantics/chance.ts'
import { capturePort } from '../semantics/connection/capture-listener.ts'
import { downstreamTlsOf, handshake, unknownSocketOf } from '../semantics/connection/downstream-tls.ts'
import { indexOf } from '../semantics/connection/dump-index.ts'
import { selectFilterChain } from '../semantics/connection/filter-chain.ts'
import { internalListener, type SelectedListener, selectListener } from '../semantics/connection/listener-selection.ts'
import { idleListeners } from '../semantics/connection/listeners.ts'
import { whyNotServing } from '../semantics/connection/why-not-serving.ts'
import { podAddress } from '../semantics/connection/workload.ts'
import type { Connection } from '../semantics/connection.ts'
import { inspect, keepsSource, proxyProtocolOf } from '../semantics/listener-filters/inspect.ts'
import { lostClient } from '../semantics/listener-filters/lost-client.ts'
import { type Outcome, outcomeOf, RequestEnd, undecidableOutcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import type { PartialAddress } from '../semantics/request.ts'
import { apiObject } from './api-object.ts'
import { reuseWarnings } from './certificates/connection-reuse.ts'
import { conditionsOf } from './conditions.ts'
import { noteCertificate } from './downstream-certificate.ts'
import { draftHop, type HopDraft, hopOf, note, warn } from './hop-draft.ts'
import { runNetworkFilters } from './network-filters.ts'
import { noFilterChain } from './no-filter-chain.ts'
import { noteMissedListener, noteOtherVersions } from './other-versions.ts'
import type { Alternative, ConnectionFacts, Hop, Trace } from './trace-result.ts'
import type { TraceInput, TraceState } from './trace-state.ts'

/**
 * Follows one request through the configuration that an Envoy has loaded: listener, filter chain, route, cluster, endpoints, and on
 * through internal listeners until bytes leave the proxy. Pure; cost is that of the path taken, not of the dump's size.
 */
export function trace({
  dump,
  request,
  clusters,
  stats,
  explain = false,
  now,
  savedAt,
  arrival,
  hidden,
}: TraceInput): Trace {
  const index = indexOf(dump)
  const { updates, chainsDraining } = xdsStats(stats)
  const alternatives = explore(request.random, (chance: Chance) => {
    const hops: HopDraft[] = []
    const traceState: TraceState = {
      index,
      request,
      statuses: clusters && clusterStatusesOf(clusters),
      updates,
      chainsDraining,
      chance,
      moment: now && { now, savedAt },
      arrival,
      explain,
      hops,
      enterInternal: (name, connection) => enterInternal(traceState, name, connection),
    }
    const outcome = outcomeOf(() => start(traceState))
    const last = hops.at(-1)
    if (hidden !== undefined && last !== undefined) warn(last, because('service-hidden', hidden))
    return { hops: hops.map(hopOf), outcome }
  })
  return {
    alternatives: merged(alternatives.map(({ probability, value }) => ({ probability, ...value }))),
    controlPlane: controlPlaneOf(dump),
  }
}

function start(traceState: TraceState): Outcome {
  const { request } = traceState
  if (!traceState.index.dump.has('listeners'))
    return undecidableOutcome('listeners_not_in_dump', because('dump-without-listeners', {}))
  const source = request.source ?? ownClient(traceState) ?? {}
  const peer = request.peer ?? source
  const connection: Connection = {
    local: request.destination,
    restored: request.listener !== undefined,
    remote: peer,
    directRemote: peer,
    proxyHeader: {
      source,
      destination: request.frontend ?? request.destination,
      isPeerKnown: request.peer !== undefined,
    },
    transport: 'raw_buffer',
    sni: '',
    alpn: [],
    tls: request.tls,
    payload: request.protocol,
    httpVersion: request.http?.version,
  }
  if (request.listener !== undefined)
    return enterInternal(traceState, request.listener, connection, because('listener-requested', {}))
  const selected = selectListener(traceState.index.dump, request)
  if (selected instanceof RequestEnd) return selected.outcome
  return throughListener(traceState, { ...connection, local: selected.local, restored: selected.restored }, selected)
}

/** What the proxy captures on its way out comes from its own workload. */
function ownClient({ request: { redirect }, index: { dump } }: TraceState): PartialAddress | undefined {
  return redirect !== undefined &&
    redirect === capturePort(dump, 'outbound') &&
    redirect !== capturePort(dump, 'inbound')
    ? { address: podAddress(dump) }
    : undefined
}

/** More hops than this can only be a circle. */
const maxHops = 12

function enterInternal(
  traceState: TraceState,
  name: string,
  connection: Connection,
  reason: SelectedListener['reason'] = because('listener-internal', { listener: name }),
): Outcome {
  if (traceState.hops.length >= maxHops)
    return undecidableOutcome('loop', because('internal-listener-loop', { listener: name }))
  const listener = internalListener(traceState.index.dump, name)
  if (listener === undefined) {
    const idle = idleListeners(traceState.index.dump).find(({ internalName }) => internalName === name)
    return {
      kind: 'noListener',
      status: 503,
      flags: 'UF',
      details: 'upstream_reset_before_response_started{remote_connection_failure}',
      reason:
        idle === undefined
          ? because('internal-listener-missing', { listener: name })
          : because('listener-not-serving', {
              address: `envoy://${name}`,
              listener: idle.name,
              ...whyNotServing(idle.entry),
            }),
    }
  }
  return throughListener(traceState, connection, { listener, reason })
}

function throughListener(
  traceState: TraceState,
  accepted: Connection,
  { listener, reason, acceptedBy, missed }: Pick<SelectedListener, 'listener' | 'reason' | 'acceptedBy' | 'missed'>,
): Outcome {
  const hop = draftHop(listener.name, {
    ...(acceptedBy === undefined ? {} : { acceptedBy: acceptedBy.name }),
    objects: apiObject('listener', listener.resource, { kind: 'TCPRoute' }),
    reasons: { listener: reason },
  })
  traceState.hops.push(hop)
  if (acceptedBy !== undefined) noteOtherVersions(traceState, 'listeners', acceptedBy.entry.name)
  noteOtherVersions(traceState, 'listeners', listener.entry.name)
  if (traceState.chainsDraining > 0 && traceState.hops.length === 1)
    warn(hop, because('filter-chains-draining', { chains: traceState.chainsDraining }))
  if (missed !== undefined) noteMissedListener(hop, missed, addressText(accepted.local ?? {}))
  const connection = inspect(listener.resource, accepted, traceState.index.version)
  const seen = connectionFacts(connection, listener.resource)
  if (traceState.hops.length === 1) warn(hop, ...lostClient(traceState.request, connection))
  note(hop, 'listener', { connection: seen })
  const selection = selectFilterChain(listener.resource, connection)
  if (selection instanceof RequestEnd) return selection.outcome
  const { selected, rejected } = selection
  if (rejected.length > 0) note(hop, 'listener', { considered: { filterChains: rejected } })
  if (selected === undefined) return noFilterChain(listener.name, listener.resource, rejected)
  note(hop, 'listener', {
    filterChain: selected.name,
    ...(selected.index === undefined ? {} : { filterChainIndex: selected.index }),
    reasons: { filterChain: selected.reason },
    objects: apiObject('filterChain', selected.chain, { kind: 'TCPRoute' }),
  })
  const transportSocket = unknownSocketOf(selected.chain)
  if (transportSocket !== undefined)
    return undecidableOutcome('unknown_transport_socket', because('transport-socket-unknown', { transportSocket }))
  const tls = downstreamTlsOf(selected.chain)
  if (tls !== undefined) note(hop, 'listener', { connection: { ...seen, tlsTerminated: true } })
  const failed =
    (tls === undefined ? undefined : noteCertificate(traceState, hop, tls, connection.tls?.sni ?? '')) ??
    handshake(connection, tls)
  if (traceState.hops.length === 1) {
    const { request, index } = traceState
    warn(hop, ...reuseWarnings(listener.resource, selected.chain, connection, request.http?.authority, index))
  }
  return failed?.outcome ?? runNetworkFilters(traceState, hop, selected.chain, connection, tls)
}

function addressText({ address, port }: PartialAddress): string {
  return partialHostPort(address, port) ?? ''
}

function connectionFacts(connection: Connection, listener: JsonObject): ConnectionFacts {
  const { local, remote, directRemote, isProxied, transport, sni, alpn } = connection
  const isPeerAnother = directRemote.address !== undefined && directRemote.address !== remote.address
  const proxyProtocol = isProxied ? proxyProtocolOf(listener) : undefined
  return {
    ...(local?.address === undefined ? {} : { destination: addressText(local) }),
    ...(remote.address === undefined ? {} : { source: addressText(remote) }),
    ...(isPeerAnother ? { peer: addressText(directRemote) } : {}),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    ...(keepsSource(listener) ? { keepsSource: true } : {}),
    transport,
    ...(sni === '' ? {} : { sni }),
    ...(alpn.length === 0 ? {} : { alpn }),
  }
}

interface Way {
  readonly probability: number
  readonly hops: Hop[]
  readonly outcome: Outcome
}

/** Alternatives that come to the same are one. */
function merged(all: readonly Way[]): Alternative[] {
  const bySameness = new Map<string, Way>()
  for (const way of all) {
    const key = all.length === 1 ? '' : JSON.stringify([way.hops.map(({ considered: _, ...hop }) => hop), way.outcome])
    const same = bySameness.get(key)
    bySameness.set(key, { ...(same ?? way), probability: way.probability + (same?.probability ?? 0) })
  }
  return [...bySameness.values()].map(({ probability, hops, outcome }) => ({
    probability,
    hops,
    outcome: { ...outcome, probability, conditions: conditionsOf(hops) },
  }))
}
