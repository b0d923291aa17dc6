import { numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** A port takes mutual TLS and plain text. */
export const permissivePort: Rule = {
  id: 'permissive-port',
  profile: 'strict',
  severity: 'info',
  title: 'A port takes mutual TLS and plain text',
  detects: 'Inbound listeners with a chain for TLS and one for `raw_buffer` on the same port.',
  impact: 'Whoever reaches the pod without the mesh is served.',
  fix: 'Accept TLS alone where all clients are in the mesh.',
  topic: 'strictTls',
  sources: ['https://istio.io/latest/docs/concepts/security/#peer-authentication'],
  check: {
    *listener({ listener }) {
      if (listener.traffic_direction !== 'INBOUND') return
      const takes = new Map<number, Set<string>>()
      for (const { filter_chain_match } of objectsOf(listener.filter_chains)) {
        const { destination_port, transport_protocol } = objectOf(filter_chain_match)
        const port = numberOf(destination_port) ?? 0
        takes.set(port, (takes.get(port) ?? new Set()).add(stringOf(transport_protocol) ?? ''))
      }
      for (const [port, protocols] of takes)
        if (port !== 0 && protocols.has('tls') && protocols.has('raw_buffer'))
          yield { message: `port ${port} takes mutual TLS and plain text`, cause: 'permissive' }
    },
  },
}
