import { stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Listeners share the names of their statistics. */
export const genericStatPrefix: Rule = {
  id: 'generic-stat-prefix',
  profile: 'strict',
  severity: 'info',
  title: 'Listeners share the names of their statistics',
  detects: 'The same `stat_prefix` in connection managers of several listeners.',
  impact: 'One counter for all: nobody sees which listener fails.',
  exceptions: "Istio's prefixes for inbound and outbound.",
  fix: 'Give each listener a prefix.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/stats'],
  check: {
    *proxy({ managers }) {
      const listeners = new Map<string, Set<string>>()
      for (const { manager, of } of managers) {
        const prefix = stringOf(manager.stat_prefix) ?? ''
        listeners.set(prefix, (listeners.get(prefix) ?? new Set()).add(of.of.name))
      }
      for (const [prefix, names] of listeners)
        if (names.size > 1 && !/^(?:in|out)bound/.test(prefix))
          yield {
            message: `${names.size} listeners count as ${prefix}`,
            cause: prefix,
            at: { resource: `listeners/${[...names][0]}` },
          }
    },
  },
}
