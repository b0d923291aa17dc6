import { objectOf, objectsOf, stringsOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** The protocol of a port is guessed. */
export const protocolSniffingPort: Rule = {
  id: 'protocol-sniffing-port',
  profile: 'strict',
  severity: 'info',
  title: 'The protocol of a port is guessed',
  detects: 'Listeners with a chain for HTTP by `application_protocols` beside one for TCP.',
  impact: 'Protocols in which the server speaks first wait for 5 seconds.',
  fix: 'Name the protocol of the Service port, by its name or by appProtocol.',
  sources: [
    'https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/',
    'https://github.com/istio/istio/issues/22367',
  ],
  check: {
    *listener({ listener }) {
      const guesses = objectsOf(listener.filter_chains).some(({ filter_chain_match }) =>
        stringsOf(objectOf(filter_chain_match).application_protocols).includes('h2c'),
      )
      if (guesses && listener.traffic_direction === 'OUTBOUND')
        yield { message: 'guesses the protocol from the first bytes', cause: 'sniffing' }
    },
  },
}
