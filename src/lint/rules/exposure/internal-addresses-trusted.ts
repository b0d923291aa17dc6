import { isObject } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Clients with private addresses may set internal headers. */
export const internalAddressesTrusted: Rule = {
  id: 'internal-addresses-trusted',
  profile: 'edge',
  severity: 'warning',
  title: 'Clients with private addresses may set internal headers',
  detects:
    'A connection manager without `internal_address_config`, of an Envoy before 1.32 or with the guard `explicit_internal_address_config` off.',
  impact: 'x-envoy headers of clients in RFC 1918 networks are kept (CVE-2024-45806).',
  fix: 'Set internal_address_config to the ranges that are trusted.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }, proxy) {
      if (!isEdge) return
      const isOff = proxy.index.runtime.value('envoy.reloadable_features.explicit_internal_address_config') === false
      if (!isObject(manager.internal_address_config) && (proxy.index.version < 1032 || isOff))
        yield { message: 'all private addresses count as internal', cause: 'internal-addresses-trusted' }
    },
  },
}
