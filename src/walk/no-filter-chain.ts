import { type JsonObject, objectOf, objectsOf, stringsOf } from '../envoy/json.ts'
import type { RejectedChain } from '../semantics/connection/chain-selection.ts'
import type { Outcome } from '../semantics/outcome.ts'
import { because } from '../semantics/reasons/reason.ts'

/** The end of a connection that no chain of a listener takes, with the criterion that the last candidates lost by. */
export function noFilterChain(name: string, listener: JsonObject, rejected: readonly RejectedChain[]): Outcome {
  const last = rejected.at(-1)?.reason.args
  return {
    kind: 'noFilterChain',
    flags: 'NR',
    details: 'filter_chain_not_found',
    reason: because('filter-chain-missing', {
      listener: name,
      ...last,
      serverNames: last?.criterion === 'server_names' ? serverNames(listener) : [],
    }),
  }
}

function serverNames(listener: JsonObject): string[] {
  const matches = objectsOf(listener.filter_chains).map(({ filter_chain_match: match }) => objectOf(match))
  return [...new Set(matches.flatMap((match) => [...stringsOf(match.server_names), ...stringsOf(match.sni_domains)]))]
}
