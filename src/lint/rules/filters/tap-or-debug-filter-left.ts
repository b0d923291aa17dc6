import { objectOf, objectsOf } from '../../../envoy/json.ts'
import { typedConfig } from '../../../envoy/model/typed-config.ts'
import type { Rule } from '../../rule.ts'

/** A filter for debugging is still there. */
export const tapOrDebugFilterLeft: Rule = {
  id: 'tap-or-debug-filter-left',
  profile: 'core',
  severity: 'warning',
  title: 'A filter for debugging is still there',
  detects: 'Tap and echo filters of HTTP and network chains.',
  impact:
    'Tap copies requests, with headers and bodies, to whoever asks the admin interface; echo answers in place of a service.',
  fix: 'Take the filter away.',
  topic: 'rejected',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/tap_filter'],
  check: {
    *manager({ filters }) {
      for (const { name, message, isDisabled } of filters)
        if (message === 'Tap' && !isDisabled) yield { message: `filter ${name} copies requests` }
    },
    *chain({ chain }) {
      for (const filter of objectsOf(chain.filters))
        if (typedConfig(filter).message === 'Echo') yield { message: 'answers with what it gets' }
      const { message } = typedConfig(objectOf(chain.transport_socket))
      if (message === 'Tap') yield { message: 'copies the bytes of every connection' }
    },
  },
}
