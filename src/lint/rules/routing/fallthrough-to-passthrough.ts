import type { Rule } from '../../rule.ts'

/** Unknown hosts leave the mesh. */
export const fallthroughToPassthrough: Rule = {
  id: 'fallthrough-to-passthrough',
  profile: 'strict',
  severity: 'info',
  title: 'Hosts that nobody knows are let out of the mesh',
  detects: 'Routes of a virtual host `*` to PassthroughCluster.',
  impact: 'A typing error in a host name leaves the mesh, without mutual TLS and policies, and fails somewhere else.',
  fix: 'Set outboundTrafficPolicy to REGISTRY_ONLY, and name what is outside by ServiceEntry.',
  sources: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/'],
  check: {
    *route({ action, of: { domains } }) {
      if (action.cluster === 'PassthroughCluster' && domains.includes('*'))
        yield { message: 'unknown hosts go to PassthroughCluster', cause: 'passthrough' }
    },
  },
}
