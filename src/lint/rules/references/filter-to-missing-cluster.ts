import { objectOf } from '../../../envoy/json.ts'
import { type ServiceCall, serviceCalls } from '../../proxy/cluster-uses.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { Found, Rule } from '../../rule.ts'

/** A filter, access logger or tracer that calls a cluster that is not loaded. */
export const filterToMissingCluster: Rule = {
  id: 'filter-to-missing-cluster',
  profile: 'core',
  severity: 'error',
  title: 'A filter, access logger or tracer calls a cluster that is not loaded',
  detects:
    '`envoy_grpc.cluster_name`, the cluster of each `HttpUri` (`http_uri`, `server_uri`, `token_endpoint`) and `collector_cluster` in filter chains, in what extension discovery delivered, and in the tracer and the statistics sinks of the bootstrap, that are not among the clusters. Envoy accepts them without a word.',
  impact:
    'External authorization answers 403 with the flag `UAEX` and the details `ext_authz_error`, which looks like a user that is denied; rate limits and tokens are not checked, logs and traces are lost in silence.',
  fix: 'Define the cluster, or correct its name.',
  topic: 'cluster',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/ext_authz_filter',
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/grpc_service.proto',
  ],
  needs: ['clusters'],
  check: {
    *chain({ chain }, proxy) {
      yield* missing(serviceCalls(chain), proxy)
    },
    *proxy(proxy) {
      for (const { name, resource } of proxy.dump.entries('ecds'))
        for (const found of missing(serviceCalls(resource), proxy)) yield { ...found, at: { resource: `ecds/${name}` } }
      const { tracing, stats_sinks } = objectOf(proxy.bootstrap)
      for (const found of missing([...serviceCalls(tracing), ...serviceCalls(stats_sinks)], proxy))
        yield { ...found, severity: 'warning', at: { resource: 'bootstrap' } }
    },
  },
}

/** What only writes logs and traces hurts nobody's requests. */
const silent = /AccessLog|Tracer|TraceConfig|ZipkinConfig|OpenTelemetryConfig|SkyWalkingConfig|Sink/

function* missing(calls: readonly ServiceCall[], { hasCluster }: Linted): Generator<Found> {
  for (const { cluster, by } of calls) {
    if (hasCluster(cluster)) continue
    yield {
      message: `${by || 'a filter'} calls cluster ${cluster}, which is not loaded`,
      ...(silent.test(by) ? { severity: 'warning' } : {}),
    }
  }
}
