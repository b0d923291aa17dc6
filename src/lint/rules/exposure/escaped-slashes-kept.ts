import { stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Escaped slashes pass rules for paths. */
export const escapedSlashesKept: Rule = {
  id: 'escaped-slashes-kept',
  profile: 'edge',
  severity: 'info',
  title: 'Escaped slashes pass rules for paths',
  detects: '`path_with_escaped_slashes_action` unset or KEEP_UNCHANGED.',
  impact: '`%2F` is no slash for rules, and may be for the server.',
  fix: 'Set UNESCAPE_AND_REDIRECT or REJECT_REQUEST.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (
        ['', 'KEEP_UNCHANGED', 'IMPLEMENTATION_SPECIFIC_DEFAULT'].includes(
          stringOf(manager.path_with_escaped_slashes_action) ?? '',
        )
      )
        yield { message: 'escaped slashes are kept', cause: 'escaped-slashes-kept' }
    },
  },
}
