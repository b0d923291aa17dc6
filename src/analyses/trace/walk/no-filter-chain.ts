import { type JsonObject, objectOf, objectsOf, stringsOf } from '../../../envoy/json.ts'
import type { RejectedChain } from '../../../semantics/connection/chain-selection.ts'
import { end } from '../../../semantics/outcome.ts'

/** Server names that are told before the rest is left out. */
const most = 5

/** No chain of a listener takes the connection. @throws Ended always, with the criterion that the last candidates lost by */
export function noFilterChain(name: string, listener: JsonObject, rejected: readonly RejectedChain[]): never {
  const last = rejected.at(-1)
  const why = last === undefined ? '' : `: none fits by ${last.criterion} ${last.value}`.trimEnd()
  const names = last?.criterion === 'server name' ? serverNames(listener) : []
  const known =
    names.length === 0 ? '' : `; there are ${names.slice(0, most).join(', ')}${names.length > most ? ' …' : ''}`
  return end({
    kind: 'noFilterChain',
    flags: 'NR',
    details: 'filter_chain_not_found',
    reason: `no filter chain of ${name} takes the connection${why}${known}`,
  })
}

function serverNames(listener: JsonObject): string[] {
  const matches = objectsOf(listener.filter_chains).map(({ filter_chain_match: match }) => objectOf(match))
  return [...new Set(matches.flatMap((match) => [...stringsOf(match.server_names), ...stringsOf(match.sni_domains)]))]
}
