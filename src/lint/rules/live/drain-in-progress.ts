import { objectBehind } from '../../proxy/object-behind.ts'
import type { Rule } from '../../rule.ts'

/** Connections still get what was loaded before. */
export const drainInProgress: Rule = {
  id: 'drain-in-progress',
  profile: 'live',
  severity: 'info',
  title: 'Connections still get what was loaded before',
  detects: 'Listeners in the state `draining`, and `listener_manager.total_filter_chains_draining` above 0.',
  impact:
    'Connections that clients keep open get the listener, policies and certificates from before the update until the drain time is over (`--drain-time-s`, 600 s by default).',
  fix: 'Wait; for connections that must not last so long, set `max_connection_duration`. A restart of the pod ends them at once.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/operations/draining'],
  needs: ['listeners', 'stats'],
  check: {
    *proxy({ dump, stats }) {
      for (const { name, state, resource } of dump.entries('listeners'))
        if (state === 'draining')
          yield {
            message: `an earlier version of listener ${name} drains`,
            at: { resource: `listeners/${name}`, object: objectBehind(resource) },
          }
      const chains = stats?.get('listener_manager.total_filter_chains_draining') ?? 0
      if (chains > 0)
        yield { message: `${chains} filter chains of earlier versions drain`, at: { resource: 'listeners' } }
    },
  },
}
