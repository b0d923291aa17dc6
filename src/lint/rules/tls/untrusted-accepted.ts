import { objectOf } from '../../../envoy/json.ts'
import { validationOf } from '../../proxy/validation.ts'
import type { Rule } from '../../rule.ts'

/** Certificates of strangers are accepted. */
export const untrustedAccepted: Rule = {
  id: 'untrusted-accepted',
  profile: 'core',
  severity: 'error',
  title: 'Certificates of strangers are accepted',
  detects: '`trust_chain_verification: ACCEPT_UNTRUSTED` in the validation of a listener.',
  impact: 'Any certificate passes, one that the client made itself included.',
  fix: 'Use VERIFY_TRUST_CHAIN.',
  topic: 'clientRoots',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/security/security'],
  check: {
    *chain({ tls }, { index }) {
      if (tls !== undefined && validationOf(objectOf(tls.common_tls_context), index).acceptsUntrusted)
        yield { message: 'accepts client certificates of any issuer' }
    },
  },
}
