import { isObject } from '../../../envoy/json.ts'
import { upstreamProtocol } from '../../../envoy/model/upstream-protocol.ts'
import { destinationsOf } from '../../proxy/cluster-uses.ts'
import type { Rule } from '../../rule.ts'

/** A route for gRPC leads to a cluster that speaks HTTP/1.1. */
export const grpcOverHttp1: Rule = {
  id: 'grpc-over-http1',
  profile: 'core',
  severity: 'warning',
  title: 'A route for gRPC leads to a cluster that speaks HTTP/1.1',
  detects: '`match.grpc` of a route to a cluster without HTTP/2.',
  impact: 'gRPC needs HTTP/2: calls fail with status 14 or 2, the log shows 502 or a reset.',
  fix: 'Name the port `grpc` or set its appProtocol; or set HTTP/2 for the cluster.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/other_protocols/grpc'],
  needs: ['clusters'],
  check: {
    *route({ match, action }, proxy) {
      if (!isObject(match.grpc)) return
      for (const name of destinationsOf(action)) {
        const cluster = proxy.cluster(name)
        if (cluster !== undefined && upstreamProtocol(cluster) === 'HTTP/1.1')
          yield { message: `gRPC is sent to cluster ${name} over HTTP/1.1` }
      }
    },
  },
}
