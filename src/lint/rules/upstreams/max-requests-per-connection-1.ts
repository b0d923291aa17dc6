import { numberOf, objectOf } from '../../../envoy/json.ts'
import type { Rule } from '../../rule.ts'

/** Each request has a connection of its own. */
export const maxRequestsPerConnection1: Rule = {
  id: 'max-requests-per-connection-1',
  profile: 'strict',
  severity: 'info',
  title: 'Each request has a connection of its own',
  detects: '`max_requests_per_connection: 1` of a cluster.',
  impact: 'A handshake for every request; ports run out under load.',
  fix: 'Allow more requests for each connection.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto'],
  check: {
    *cluster({ name, cluster }) {
      const options = objectOf(
        objectOf(cluster.typed_extension_protocol_options)[httpOptions],
      ).common_http_protocol_options
      const max = numberOf(cluster.max_requests_per_connection ?? objectOf(options).max_requests_per_connection)
      if (max === 1) yield { message: `cluster ${name} closes its connections after one request` }
    },
  },
}

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
