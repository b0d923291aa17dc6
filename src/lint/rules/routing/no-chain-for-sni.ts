import { isObject, objectOf, objectsOf, stringsOf } from '../../../envoy/json.ts'
import { downstreamTlsOf } from '../../../semantics/connection/downstream-tls.ts'
import type { Rule } from '../../rule.ts'

/** A listener that refuses clients without a server name. */
export const noChainForSni: Rule = {
  id: 'no-chain-for-sni',
  profile: 'edge',
  severity: 'warning',
  title: 'Clients without a server name, or with another, are refused',
  detects: 'Listeners whose filter chains all take TLS and need a server name, without a default filter chain.',
  impact: 'The connection is closed; the access log of the listener has the flag `NR` and `filter_chain_not_found`.',
  exceptions: 'Gateways that serve many tenants mean it.',
  fix: 'Add a default filter chain, or a chain for `*`.',
  sources: ['https://github.com/envoyproxy/envoy/issues/15698', 'https://github.com/istio/istio/issues/36963'],
  check: {
    *listener({ name, listener, isEdge }) {
      const chains = objectsOf(listener.filter_chains)
      if (
        !isEdge ||
        chains.length === 0 ||
        isObject(listener.default_filter_chain) ||
        isObject(listener.filter_chain_matcher)
      )
        return
      const needsName = chains.every(
        (chain) =>
          downstreamTlsOf(chain) !== undefined && stringsOf(objectOf(chain.filter_chain_match).server_names).length > 0,
      )
      if (needsName)
        yield { message: `listener ${name} has no chain for other server names`, cause: 'no chain for other names' }
    },
  },
}
