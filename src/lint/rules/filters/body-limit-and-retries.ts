import { type JsonObject, numberOf, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A filter buffers more than its connection may hold. */
export const bodyLimitAndRetries: Rule = {
  id: 'body-limit-and-retries',
  profile: 'core',
  severity: 'warning',
  title: 'A filter buffers more than its connection may hold',
  detects:
    'Bodies that the buffer filter or external authorization (`with_request_body`) collect, that are larger than `per_connection_buffer_limit_bytes` of the listener (1 MiB when it has none).',
  impact: 'Larger requests get 413, though the filter would take them.',
  fix: 'Raise the limit of the listener, or lower that of the filter.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/flow_control'],
  check: {
    *manager({
      filters,
      of: {
        of: { listener },
      },
    }) {
      const limit = numberOf(listener.per_connection_buffer_limit_bytes) ?? 1_048_576
      for (const { name, message, config, isDisabled } of filters) {
        const wanted = isDisabled ? undefined : bodyOf(message, config)
        if (wanted !== undefined && wanted > limit)
          yield { message: `filter ${name} collects ${wanted} bytes, the connection holds ${limit}` }
      }
    },
  },
}

function bodyOf(message: string, config: JsonObject): number | undefined {
  if (message === 'Buffer') return numberOf(config.max_request_bytes)
  return message === 'ExtAuthz' ? numberOf(objectOf(config.with_request_body).max_request_bytes) : undefined
}
