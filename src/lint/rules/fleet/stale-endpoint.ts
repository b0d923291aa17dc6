import type { FleetRule } from '../../rule.ts'

/** A proxy has an endpoint that its Service has not. */
export const staleEndpoint: FleetRule = {
  id: 'stale-endpoint',
  profile: 'fleet',
  severity: 'error',
  title: 'A proxy has an endpoint that its Service has not',
  detects:
    'Hosts of EDS clusters whose address is in no EndpointSlice of the Service, before and after the proxies were read.',
  impact: 'Requests that pick the host get 503, flag `UF`: the pod is gone, or its address belongs to another one now.',
  exceptions:
    'Hosts of other Kubernetes clusters, by the metadata of Istio; Services without EndpointSlices; tunnels, whose hosts have no address.',
  fix: 'See whether the proxy is in sync: kubectl proxy-status. If it is, restart the control plane or the proxy.',
  sources: ['https://github.com/istio/istio/issues/54081', 'https://github.com/istio/istio/issues/36510'],
  needs: ['endpointSlices'],
  *checkFleet({ proxies }) {
    for (const { name, differences } of proxies)
      for (const { at, cluster, service, stale } of differences)
        if (stale.length > 0)
          yield {
            message: `cluster ${cluster} has ${stale.join(', ')}, which Service ${service} has not`,
            cause: `${service} ${stale.join(' ')}`,
            proxies: [name],
            at,
          }
  },
}
