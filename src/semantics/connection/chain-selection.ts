import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import type { ChainCriterion } from '../reasons/chain-criterion.ts'

export interface SelectedChain {
  readonly chain: JsonObject
  /** Its name, or its place in the listener when it has none. */
  readonly name: string
  /** Place in `filter_chains`; undefined for the default chain. */
  readonly index: number | undefined
  readonly reason: string
}

/** A chain that was in the running and the criterion it lost by. */
export interface RejectedChain {
  readonly name: string
  readonly criterion: ChainCriterion
  /** What the connection has there. */
  readonly value: string
}

export interface ChainSelection {
  readonly selected: SelectedChain | undefined
  readonly rejected: readonly RejectedChain[]
}

/** The default filter chain; its own filter_chain_match is not looked at. */
export function defaultChain(listener: JsonObject, failed: string | undefined): SelectedChain | undefined {
  const chain = objectOf(listener.default_filter_chain)
  if (listener.default_filter_chain === undefined) return undefined
  const reason =
    failed === undefined ? 'the default filter chain' : `the default filter chain: no other fits by ${failed}`
  return { chain, name: stringOf(chain.name) || 'default', index: undefined, reason }
}
