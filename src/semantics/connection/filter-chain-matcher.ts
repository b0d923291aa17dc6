import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Connection } from '../connection.ts'
import { inputsFrom } from '../matching/matcher-inputs.ts'
import { evaluateMatcher } from '../matching/matcher-tree.ts'
import { endWith, type RequestEnd, undecidableOutcome } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import { type ChainSelection, defaultChain } from './chain-selection.ts'

/**
 * The chain that the listener's `filter_chain_matcher` names; it replaces filter_chain_match altogether.
 * A name that no chain has closes the connection, the default chain is for no match only.
 */
export function selectByMatcher(
  listener: JsonObject,
  chains: readonly JsonObject[],
  connection: Connection,
): ChainSelection | RequestEnd {
  const found = evaluateMatcher(objectOf(listener.filter_chain_matcher), inputsFrom({ connection }))
  if ('undecided' in found) return endWith(undecidableOutcome('unknown_matcher', found.undecided))
  const { action } = found
  if (action === undefined)
    return { selected: defaultChain(listener, because('chain-default-by-matcher', {})), rejected: [] }
  const name = stringOf(typedConfig(action).config.value) ?? ''
  const index = chains.findIndex((chain) => chain.name === name)
  const chain = chains[index]
  if (chain === undefined) return { selected: undefined, rejected: [] }
  return { selected: { chain, name, index, reason: because('chain-by-matcher', {}) }, rejected: [] }
}
