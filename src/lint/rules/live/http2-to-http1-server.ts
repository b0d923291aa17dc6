import { objectsOf } from '../../../envoy/json.ts'
import { upstreamProtocol } from '../../../envoy/model/upstream-protocol.ts'
import { hostCounts } from '../../../envoy/proto-json/host-counts.ts'
import { clusterStatus } from '../../../semantics/clusters/cluster-status.ts'
import type { Rule } from '../../rule.ts'

/** HTTP/2 is spoken to servers that do not answer it. */
export const http2ToHttp1Server: Rule = {
  id: 'http2-to-http1-server',
  profile: 'live',
  severity: 'error',
  title: 'HTTP/2 is spoken to servers that do not answer it',
  detects:
    'Clusters with HTTP/2 whose hosts have answered no request, and failed at least five, over connections that could be made.',
  impact: 'Requests get 502, flag `UPE`, details `protocol_error`.',
  exceptions: 'Hosts that no connection is made to.',
  fix: 'Name the port `http` and not `http2` or `grpc`; or let the server speak HTTP/2.',
  sources: ['https://github.com/istio/istio/issues/28993', 'https://github.com/istio/istio/issues/29045'],
  needs: ['clusterStatuses'],
  check: {
    *cluster({ name, cluster }, { statuses }) {
      if (upstreamProtocol(cluster) !== 'HTTP/2') return
      const all = objectsOf(clusterStatus(statuses, name)?.host_statuses).map(hostCounts)
      const sum = (stat: string) => all.reduce((total, counts) => total + (counts.get(stat) ?? 0), 0)
      if (sum('rq_success') === 0 && sum('rq_error') >= 5 && sum('cx_connect_fail') === 0)
        yield { message: `cluster ${name} speaks HTTP/2, and none of ${sum('rq_error')} requests was answered` }
    },
  },
}
