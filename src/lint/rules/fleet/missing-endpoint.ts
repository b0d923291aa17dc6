import type { FleetRule } from '../../rule.ts'

/** A proxy lacks a ready endpoint of a Service. */
export const missingEndpoint: FleetRule = {
  id: 'missing-endpoint',
  profile: 'fleet',
  severity: 'error',
  title: 'A proxy lacks a ready endpoint of a Service',
  detects:
    'Ready endpoints of EndpointSlices, before and after the proxies were read, that the EDS cluster of the Service and port does not have.',
  impact: 'The other pods carry the load; where no endpoint is left, requests get 503, flag `UH`.',
  exceptions:
    'Subsets, Services with internalTrafficPolicy Local, endpoints of another address family than those that the proxy has.',
  fix: 'See whether the proxy is in sync: kubectl proxy-status. If it is, restart the control plane or the proxy.',
  sources: [
    'https://github.com/istio/istio/issues/52110',
    'https://github.com/istio/istio/issues/50041',
    'https://github.com/istio/istio/issues/25685',
  ],
  needs: ['endpointSlices'],
  *checkFleet({ proxies }) {
    for (const { name, differences } of proxies)
      for (const { at, cluster, service, missing } of differences)
        if (missing.length > 0)
          yield {
            message: `cluster ${cluster} lacks ${missing.join(', ')} of Service ${service}`,
            cause: `${service} ${missing.join(' ')}`,
            proxies: [name],
            at,
          }
  },
}
