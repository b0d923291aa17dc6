import { numberOf, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A client may open any number of streams. */
export const h2StreamsUnlimited: Rule = {
  id: 'h2-streams-unlimited',
  profile: 'edge',
  severity: 'warning',
  title: 'A client may open any number of streams',
  detects:
    '`max_concurrent_streams` of HTTP/2 unset, of an Envoy before 1.36 or with the guard `safe_http2_options` off; or above 1024.',
  impact: 'One connection costs the work of thousands (CVE-2023-44487, rapid reset).',
  fix: 'Set max_concurrent_streams to 100.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }, proxy) {
      if (!isEdge) return
      const streams = numberOf(objectOf(manager.http2_protocol_options).max_concurrent_streams)
      const isOff = proxy.index.runtime.value('envoy.reloadable_features.safe_http2_options') === false
      if (streams === undefined ? proxy.index.version < 1036 || isOff : streams > 1024)
        yield { message: 'HTTP/2 streams are not limited', cause: 'h2-streams-unlimited' }
    },
  },
}
