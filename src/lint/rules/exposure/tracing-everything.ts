import { isObject, numberOf, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Every request is traced. */
export const tracingEverything: Rule = {
  id: 'tracing-everything',
  profile: 'strict',
  severity: 'info',
  title: 'Every request is traced',
  detects: '`random_sampling` of 100 % or unset, with a tracer.',
  impact: 'Cost, for the proxy and for what stores traces.',
  fix: 'Sample a share.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/observability/tracing'],
  check: {
    *manager({ manager }) {
      const tracing = manager.tracing
      if (!isObject(tracing) || !isObject(tracing.provider)) return
      const sampling = objectOf(tracing.random_sampling).value
      if ((numberOf(sampling) ?? (isObject(tracing.random_sampling) ? 0 : 100)) >= 100)
        yield { message: 'traces every request', cause: 'sampling' }
    },
  },
}
