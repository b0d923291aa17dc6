import { type JsonObject, objectsOf, stringOf } from '../envoy/json.ts'
import type { Connection } from '../semantics/connection.ts'
import { answered, type FilterVerdict, verdictOf } from '../semantics/filters/filter-result.ts'
import { filterConfig } from '../semantics/http-filters/filters-of-route.ts'
import { opened } from '../semantics/matching/stream-state.ts'
import { evaluateNetworkFilter } from '../semantics/network-filters/evaluate-filter.ts'
import { networkFilterType } from '../semantics/network-filters/index.ts'
import { type Outcome, undecidableOutcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'
import { filtersSoFar, type HopDraft, note } from './hop-draft.ts'
import { serveHttp } from './http-connection.ts'
import { noteOtherFilters } from './other-versions.ts'
import { proxyTcp } from './tcp-proxy.ts'
import type { TraceState } from './trace-state.ts'

/** The network filters of a chain in order until the one that takes over the connection. */
export function runNetworkFilters(
  traceState: TraceState,
  hop: HopDraft,
  chain: JsonObject,
  connection: Connection,
  downstreamTls: JsonObject | undefined,
): Outcome {
  const filters = objectsOf(chain.filters)
  note(hop, 'filters', { networkFilters: filters.map((filter) => stringOf(filter.name) ?? '') })
  noteOtherFilters(traceState, filters)
  let own = traceState
  const verdicts: FilterVerdict[] = []
  for (const holder of filters) {
    const filter = filterConfig(holder, traceState.index)
    const name = stringOf(holder.name) ?? ''
    const type = networkFilterType(filter)
    if (type?.terminal === 'http') return serveHttp(own, hop, connection, downstreamTls, filter.config)
    if (type?.terminal === 'tcp') {
      note(hop, 'filters', { passedFilters: true })
      const encrypted = connection.tls !== undefined && downstreamTls === undefined
      return proxyTcp(own, hop, connection, { config: filter.config, encrypted })
    }
    if (type?.terminal === 'other') note(hop, 'filters', { protocol: 'other', passedFilters: true })
    // The last filter of a chain takes over the connection.
    if (type === undefined && holder === filters.at(-1) && filter.message !== 'missing')
      return undecidableOutcome('other_terminal', because('routes-by-own-protocol', {}))
    const result = evaluateNetworkFilter(filter, name, {
      connection,
      downstreamTls,
      known: opened(own.request, 'any'),
    })
    // Everything after it on this connection sees what a filter has set.
    if (result.filterState !== undefined) own = { ...own, request: { ...own.request, ...result.filterState } }
    if (result.reason === undefined) continue
    const labels = { name, type: filter.type || filter.message, authorizes: type?.authorizes === true }
    if (type?.terminal === undefined) verdicts.push(verdictOf(labels, result))
    if (filtersSoFar(hop) !== verdicts) note(hop, 'filters', { filters: verdicts })
    if (result.answer !== undefined) return answered(name, result.answer)
  }
  return { kind: 'noFilterChain', details: 'no_terminal_filter', reason: because('terminal-filter-missing', {}) }
}
