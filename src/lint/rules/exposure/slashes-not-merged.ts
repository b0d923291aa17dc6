import type { Rule } from '../../rule.ts'

/** Double slashes pass rules for paths. */
export const slashesNotMerged: Rule = {
  id: 'slashes-not-merged',
  profile: 'edge',
  severity: 'info',
  title: 'Double slashes pass rules for paths',
  detects: '`merge_slashes` absent.',
  impact: '`//admin` is no `/admin` for rules, and may be for the server.',
  exceptions: 'Applications that need them.',
  fix: 'Set merge_slashes.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }) {
      if (!isEdge) return
      if (manager.merge_slashes !== true) yield { message: 'double slashes are kept', cause: 'slashes-not-merged' }
    },
  },
}
