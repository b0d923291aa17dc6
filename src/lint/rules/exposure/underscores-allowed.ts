import { objectOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Headers with underscores are passed on. */
export const underscoresAllowed: Rule = {
  id: 'underscores-allowed',
  profile: 'edge',
  severity: 'info',
  title: 'Headers with underscores are passed on',
  detects: '`headers_with_underscores_action` ALLOW.',
  impact: 'Servers that turn `-` into `_` (CGI) take them for other headers.',
  exceptions: 'Applications that use them.',
  fix: 'Set REJECT_REQUEST or DROP_HEADER.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (
        ['', 'ALLOW'].includes(
          stringOf(objectOf(manager.common_http_protocol_options).headers_with_underscores_action) ?? '',
        )
      )
        yield { message: 'headers with underscores are passed on', cause: 'underscores-allowed' }
    },
  },
}
