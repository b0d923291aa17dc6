import { type JsonObject, objectOf } from '../../../envoy/json.ts'
import { clusterStatPrefix } from '../../../envoy/proto-json/stats-reply.ts'
import { countText } from '../../../envoy/text/count-text.ts'
import { durationOf } from '../../../semantics/routes/timeouts.ts'
import type { Rule } from '../../rule.ts'

/** Servers close connections that are kept for longer than they want. */
const usualServerMs = 60_000

/** The server closes connections while a request is on them. */
export const upstreamIdleAboveServer: Rule = {
  id: 'upstream-idle-above-server',
  profile: 'live',
  severity: 'warning',
  title: 'The server closes connections that requests are on',
  detects:
    '`upstream_cx_destroy_remote_with_active_rq` of at least 0.1 % of `upstream_rq_total`, in a cluster that keeps idle connections for a minute or more (1 h by default).',
  impact:
    'A connection that the server closes as idle just when a request is sent on it: 503, flag `UC`, details `upstream_reset_before_response_started{connection_termination}`.',
  exceptions:
    'A server that is restarted ends requests as well. Both count since the proxy started; Istio leaves these statistics out by default.',
  fix: 'Set `common_http_protocol_options.idle_timeout` below the keep-alive of the server, or retry on `reset-before-request`.',
  sources: [
    'https://github.com/istio/istio/issues/55138',
    'https://github.com/envoyproxy/envoy/issues/9387',
    'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts',
  ],
  needs: ['clusters', 'stats'],
  check: {
    *cluster({ name, cluster }, { stats }) {
      const prefix = clusterStatPrefix(name, cluster)
      const closed = stats?.get(`${prefix}upstream_cx_destroy_remote_with_active_rq`) ?? 0
      const requests = stats?.get(`${prefix}upstream_rq_total`) ?? 0
      const idle = idleMs(cluster)
      if (closed > 0 && closed >= requests * 0.001 && (idle === 0 || idle >= usualServerMs))
        yield {
          message: `servers of cluster ${name} closed ${countText(closed, 'connection')} with requests on them, of ${requests} requests`,
          cause: name,
        }
    },
  },
}

/** 0 for connections that are kept for ever. */
function idleMs(cluster: JsonObject): number {
  const typed = objectOf(cluster.typed_extension_protocol_options)[
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  ]
  const own = objectOf(objectOf(typed).common_http_protocol_options).idle_timeout
  const older = objectOf(cluster.common_http_protocol_options).idle_timeout
  return durationOf(own ?? older ?? '3600s')
}
