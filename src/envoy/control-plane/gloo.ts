import type { ControlPlane } from './control-plane.ts'

export const gloo: ControlPlane = {
  name: 'Gloo',
  deployment: {
    matches: ({ labels }, { name, image }) =>
      name === 'gateway-proxy' ||
      labels.gloo === 'gateway-proxy' ||
      labels.gloo === 'kube-gateway' ||
      /gloo-envoy-wrapper/.test(image),
    port: () => 19_000,
  },
  isBehind: ({ nodeMetadata, bootstrap }) =>
    /^(?:gloo-kube-gateway-api~)?[a-z0-9-]+~[a-z0-9-]+(?:~|$)/.test(String(nodeMetadata.role ?? '')) ||
    bootstrap.some((text) => /^gloo\./.test(text)),
  role: () => 'gateway',
  gateways: { selectors: ['gloo in (gateway-proxy,kube-gateway)'], nameLabels: ['gateway-proxy-id'] },
  missingBackends: ['blackhole_cluster'],
  ownListeners: /^(?:read_config|prometheus)/,
  listenerPort: (port) => port + 8000,
  words: {
    listener:
      'A Gateway without a VirtualService has no listener: kubectl get gateways.gateway.solo.io,virtualservices.gateway.solo.io -A; glooctl check.',
    serverName: 'Does a VirtualService have the host in sslConfig.sniDomains? glooctl check.',
    sharedCertificate: 'One VirtualService with all hosts of a sslConfig.secretRef, instead of one for each.',
    host: 'Does virtualHost.domains of a VirtualService (gateway.solo.io), or an HTTPRoute, name it, and is it Accepted? glooctl check.',
    route: 'Add a route to the VirtualService or its RouteTable (gateway.solo.io): kubectl get routetables -A.',
    cluster:
      'Does the route of the VirtualService or RouteTable name an Upstream that exists and is Accepted? glooctl get upstreams; glooctl check.',
    subset: 'Has subsetSpec of the Upstream the selector?',
    endpoints: 'Does the Upstream name the right Service and port? glooctl get upstreams.',
    address: 'hosts of a static Upstream.',
    rejected: 'glooctl check names objects that are not Accepted.',
    secret: 'sslConfig.secretRef of the VirtualService names it.',
    clientCertificate: 'sslConfig of the VirtualService asks for it: rootCa of its Secret.',
    upstreamTls: 'sslConfig of the Upstream.',
    noUpstreamTls: 'sslConfig of the Upstream.',
    upstreamHttp2: 'useHttp2 of the Upstream.',
    hashing: 'loadBalancerConfig of the Upstream: ringHash or maglev.',
    limits: 'circuitBreakers of the Upstream.',
    ejection: 'outlierDetection of the Upstream has the limits.',
    authorization: 'options.rbac or the AuthConfig of the VirtualService or RouteTable.',
    tokens: 'options.jwt of the VirtualService or RouteTable.',
    timeout: 'options.timeout of the route.',
    fault: 'options.faults of the route.',
    trustedHops: 'xffNumTrustedHops of httpConnectionManagerSettings of the Gateway.',
  },
}
