import { objectOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** TLS below 1.2 is accepted. */
export const tlsVersionBelow12: Rule = {
  id: 'tls-version-below-1.2',
  profile: 'core',
  severity: 'warning',
  title: 'TLS below 1.2 is accepted',
  detects: '`tls_minimum_protocol_version` TLSv1_0 or TLSv1_1 of a listener.',
  impact: 'Old versions can be broken, and browsers and auditors refuse them.',
  fix: 'Set the minimum to TLSv1_2.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto',
    'https://datatracker.ietf.org/doc/html/rfc8996',
  ],
  check: {
    *chain({ tls }) {
      const least = stringOf(objectOf(objectOf(tls?.common_tls_context).tls_params).tls_minimum_protocol_version)
      if (least === 'TLSv1_0' || least === 'TLSv1_1')
        yield { message: `accepts ${least.replace('_', '.').replace('TLSv', 'TLS ')}`, cause: least }
    },
  },
}
