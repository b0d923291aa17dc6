import { type JsonObject, objectOf, stringOf } from '../../envoy/json.ts'
import { isLoopback, parseIp, sameIp } from '../../envoy/model/ip.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { evaluateMatcher, type MatcherInput } from '../matching/matcher-tree.ts'
import { undecidable } from '../outcome.ts'
import { type ChainSelection, defaultChain } from './chain-selection.ts'
import type { Connection } from './connection.ts'

/**
 * The chain that the listener's `filter_chain_matcher` names; it replaces filter_chain_match altogether.
 * A name that no chain has closes the connection, the default chain is for no match only.
 */
export function selectByMatcher(
  listener: JsonObject,
  chains: readonly JsonObject[],
  connection: Connection,
): ChainSelection {
  const action = evaluateMatcher(objectOf(listener.filter_chain_matcher), connectionInput(connection))
  if (action === undefined) return { selected: defaultChain(listener, 'the filter chain matcher'), rejected: [] }
  const name = stringOf(typedConfig(action).config.value) ?? ''
  const index = chains.findIndex((chain) => chain.name === name)
  const chain = chains[index]
  if (chain === undefined) return { selected: undefined, rejected: [] }
  return { selected: { chain, name, index, reason: 'named by the filter chain matcher' }, rejected: [] }
}

/** The inputs that a connection can feed into a matcher. */
export function connectionInput(connection: Connection): MatcherInput {
  const { local, remote, directRemote, sni, transport, alpn } = connection
  return ({ message }) => {
    switch (message) {
      case 'DestinationIPInput':
        return local?.address
      case 'DestinationPortInput':
        return local === undefined ? undefined : String(local.port)
      case 'SourceIPInput':
        return remote.address
      case 'SourcePortInput':
        return String(remote.port)
      case 'DirectSourceIPInput':
        return directRemote.address
      case 'SourceTypeInput': {
        const ip = parseIp(remote.address)
        const isLocal =
          ip === undefined || isLoopback(ip) || (local !== undefined && sameIp(local.address, remote.address))
        return isLocal ? 'local' : undefined
      }
      case 'ServerNameInput':
        return sni === '' ? undefined : sni
      case 'TransportProtocolInput':
        return transport
      case 'ApplicationProtocolInput':
        return alpn.length === 0 ? undefined : alpn.map((protocol) => `'${protocol}'`).join(',')
      default:
        return undecidable('unknown_matcher_input', `the matcher input ${message} cannot be known from a dump`)
    }
  }
}
