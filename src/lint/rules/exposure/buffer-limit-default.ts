import type { Rule } from '../../rule.ts'

/** A connection may hold 1 MiB of buffers. */
export const bufferLimitDefault: Rule = {
  id: 'buffer-limit-default',
  profile: 'edge',
  severity: 'info',
  title: 'A connection may hold 1 MiB of buffers',
  detects: '`per_connection_buffer_limit_bytes` of the listener unset.',
  impact: 'Memory: many slow clients hold as much.',
  fix: 'Set 32 KiB.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/best_practices/edge'],
  check: {
    *listener({ listener, isEdge }) {
      if (
        isEdge &&
        listener.per_connection_buffer_limit_bytes === undefined &&
        listener.udp_listener_config === undefined
      )
        yield { message: 'the buffer limit is the default', cause: 'buffer limit' }
    },
  },
}
