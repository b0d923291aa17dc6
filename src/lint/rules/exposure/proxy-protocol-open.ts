import { objectsOf } from '../../../envoy/json.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import type { Rule } from '../../rule.ts'

/** Clients may say their address by the PROXY protocol, or not. */
export const proxyProtocolOpen: Rule = {
  id: 'proxy-protocol-open',
  profile: 'edge',
  severity: 'warning',
  title: 'Clients may say their address by the PROXY protocol, or not',
  detects: 'The listener filter `proxy_protocol` with `allow_requests_without_proxy_protocol`.',
  impact: 'Whoever reaches the listener says any source address.',
  fix: 'Take the setting away; let only the load balancer reach the port.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/listener_filters/proxy_protocol'],
  check: {
    *listener({ listener, isEdge }) {
      const filters = objectsOf(listener.listener_filters).map(typedConfig)
      if (
        isEdge &&
        filters.some(
          ({ message, config }) => message === 'ProxyProtocol' && config.allow_requests_without_proxy_protocol === true,
        )
      )
        yield { message: 'takes connections with and without a PROXY header' }
    },
  },
}
