import type { ControlPlane } from './control-plane.ts'

export const kgateway: ControlPlane = {
  name: 'kgateway',
  deployment: {
    matches: ({ labels }, { name, image }) =>
      name === 'kgateway-proxy' || labels.kgateway === 'kube-gateway' || /\/kgateway\/envoy-wrapper/.test(image),
    port: () => 19_000,
  },
  isBehind: ({ nodeMetadata, bootstrap, names }) =>
    /^kgateway-/.test(String(nodeMetadata.role ?? '')) ||
    bootstrap.some((text) => text.startsWith('kgateway.')) ||
    names.some((name) => /^(?:kube|backend)_[^_]+_[^_]+_\d+$/.test(name)),
  role: () => 'gateway',
  gateways: { selectors: ['kgateway=kube-gateway'] },
  missingBackends: ['blackhole_cluster'],
  ownListeners: /^(?:read_config|prometheus)/,
  // `kube_NAMESPACE_NAME_PORT`
  serviceNames: [/^kube_(?<namespace>[^_]+)_(?<name>[^_]+)_\d+$/],
  words: {
    listener:
      'Does a listener of the Gateway have the port, and is it Programmed? kubectl get gateway -A -o yaml has the conditions.',
    serverName: 'Does a listener of the Gateway have the hostname, with tls.certificateRefs?',
    sharedCertificate: 'One listener of the Gateway with the wildcard hostname, instead of one for each.',
    host: 'Do hostnames of an HTTPRoute and of the listener name it, and is the route Accepted? kubectl get httproutes -A -o yaml has the conditions.',
    route: 'Add a rule to the HTTPRoute: kubectl get httproutes -A -o yaml has rules and conditions.',
    cluster:
      'Is the HTTPRoute Accepted, with ResolvedRefs: does its Service or Backend exist, and does a ReferenceGrant allow it?',
    endpoints: 'Does the backendRef of the route name the right port of the Service?',
    secret: 'tls.certificateRefs of the Gateway name it.',
    upstreamTls: 'BackendTLSPolicy for the Service, or tls of a BackendConfigPolicy.',
    noUpstreamTls: 'BackendTLSPolicy of the Service, tls of the BackendConfigPolicy.',
    upstreamHttp2: 'appProtocol of the Service port (kubernetes.io/h2c).',
    limits: 'circuitBreakers of the BackendConfigPolicy.',
    ejection: 'outlierDetection of the BackendConfigPolicy has the limits.',
    authorization: 'rbac of the TrafficPolicy.',
    externalAuthorization: 'extAuth of the TrafficPolicy names a GatewayExtension.',
    rateLimit: 'rateLimit of the TrafficPolicy.',
    tokens: 'jwt of the TrafficPolicy.',
    timeout: 'timeouts of the HTTPRoute rule or of the TrafficPolicy.',
  },
}
