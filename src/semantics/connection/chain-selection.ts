import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import type { ChainChoices } from '../reasons/choice-reasons.ts'
import type { Reason } from '../reasons/reason.ts'

export interface SelectedChain {
  readonly chain: JsonObject
  /** Its name, or its place in the listener when it has none. */
  readonly name: string
  /** Place in `filter_chains`; undefined for the default chain. */
  readonly index: number | undefined
  readonly reason: Reason<keyof ChainChoices>
}

/** A chain that was in the running, and the criterion it lost by. */
export interface RejectedChain {
  readonly name: string
  readonly reason: Reason<'chain-criterion-not-matched'>
}

export interface ChainSelection {
  readonly selected: SelectedChain | undefined
  readonly rejected: readonly RejectedChain[]
}

/** The default filter chain; its own filter_chain_match is not looked at. */
export function defaultChain(listener: JsonObject, reason: SelectedChain['reason']): SelectedChain | undefined {
  const chain = objectOf(listener.default_filter_chain)
  if (listener.default_filter_chain === undefined) return undefined
  return { chain, name: stringOf(chain.name) || 'default', index: undefined, reason }
}
