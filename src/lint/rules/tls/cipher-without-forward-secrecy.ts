import { objectOf, stringsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Ciphers without forward secrecy are offered. */
export const cipherWithoutForwardSecrecy: Rule = {
  id: 'cipher-without-forward-secrecy',
  profile: 'strict',
  severity: 'info',
  title: 'Ciphers without forward secrecy are offered',
  detects: '`cipher_suites` without ECDHE: `AES256-GCM-SHA384`, `AES128-SHA` …',
  impact: 'Who gets the key later can read what was recorded.',
  fix: 'Leave ECDHE suites only.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3/common.proto'],
  check: {
    *chain({ tls }) {
      const suites = stringsOf(objectOf(objectOf(tls?.common_tls_context).tls_params).cipher_suites)
      const weak = suites
        .flatMap((suite) => suite.replaceAll(/[[\]]/g, '').split('|'))
        .filter((suite) => !suite.startsWith('ECDHE'))
      if (weak.length > 0) yield { message: `offers ${weak.join(', ')}`, cause: weak.join(',') }
    },
  },
}
