import { stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Answers tell what the proxy is. */
export const serverHeaderLeak: Rule = {
  id: 'server-header-leak',
  profile: 'edge',
  severity: 'info',
  title: 'Answers tell what the proxy is',
  detects: '`server_header_transformation` unset: Envoy writes `server: envoy`.',
  impact: 'Attackers learn what to try.',
  fix: 'Set PASS_THROUGH, or a server_name of your own.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (
        ['', 'OVERWRITE'].includes(stringOf(manager.server_header_transformation) ?? '') &&
        (stringOf(manager.server_name) ?? '') === ''
      )
        yield { message: 'answers say server: envoy', cause: 'server-header-leak' }
    },
  },
}
