import type { Rule } from '../../rule.ts'

/** Paths are matched as clients write them. */
export const pathNotNormalized: Rule = {
  id: 'path-not-normalized',
  profile: 'edge',
  severity: 'warning',
  title: 'Paths are matched as clients write them',
  detects: '`normalize_path` absent or false, where the runtime does not set it.',
  impact: '`/public/../admin` passes rules for /public.',
  fix: 'Set normalize_path.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }, proxy) {
      if (!isEdge) return
      if (
        manager.normalize_path === undefined
          ? proxy.index.runtime.value('http_connection_manager.normalize_path') !== true
          : manager.normalize_path !== true
      )
        yield { message: 'paths are not normalized', cause: 'path-not-normalized' }
    },
  },
}
