import { isObject, objectOf, objectsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A default chain beside one that takes everything. */
export const defaultChainUnreachable: Rule = {
  id: 'default-chain-unreachable',
  profile: 'strict',
  severity: 'info',
  title: 'The default filter chain is never used',
  detects: 'A listener with a filter chain without conditions and a default filter chain.',
  impact: 'Whoever changes the default chain changes nothing.',
  fix: 'Take one of the two away.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener.proto'],
  check: {
    *listener({ listener }) {
      if (!isObject(listener.default_filter_chain) || isObject(listener.filter_chain_matcher)) return
      const all = objectsOf(listener.filter_chains).some(
        ({ filter_chain_match }) => Object.keys(objectOf(filter_chain_match)).length === 0,
      )
      if (all) yield { message: 'the default filter chain is never used: another one takes every connection' }
    },
  },
}
