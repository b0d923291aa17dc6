import { numberOf, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A client may have very much in flight. */
export const h2WindowsDefault: Rule = {
  id: 'h2-windows-default',
  profile: 'edge',
  severity: 'info',
  title: 'A client may have very much in flight',
  detects:
    '`initial_stream_window_size` above 64 KiB or `initial_connection_window_size` above 1 MiB, unset ones by the version.',
  impact: 'Memory: up to the window for each connection.',
  fix: 'Set 65536 and 1048576.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *manager({ manager, isEdge }, proxy) {
      if (!isEdge) return
      const options = objectOf(manager.http2_protocol_options)
      const isOld = proxy.index.version < 1036
      if (
        (numberOf(options.initial_stream_window_size) ?? (isOld ? 268_435_456 : 65_536)) > 65_536 ||
        (numberOf(options.initial_connection_window_size) ?? (isOld ? 268_435_456 : 1_048_576)) > 1_048_576
      )
        yield { message: 'HTTP/2 windows are larger than an edge needs', cause: 'h2-windows-default' }
    },
  },
}
