import { clusterStatus } from '../../../semantics/clusters/cluster-status.ts'
import { unansweredHttp2 } from '../../../semantics/clusters/unanswered-http2.ts'
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
      const failed = unansweredHttp2(cluster, clusterStatus(statuses, name))
      if (failed !== undefined)
        yield { message: `cluster ${name} speaks HTTP/2, and none of ${failed} requests was answered` }
    },
  },
}
