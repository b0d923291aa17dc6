import type { ControlPlane } from './control-plane.ts'

const missingBackend =
  'A 500 without a body stands for a backend that was not found, or for weights that are all 0, a 503 for one without endpoints: kubectl get httproutes -A -o yaml has the conditions.'

export const envoyGateway: ControlPlane = {
  name: 'Envoy Gateway',
  deployment: {
    matches: ({ labels }, { name }) =>
      name === 'envoy' &&
      (labels['app.kubernetes.io/managed-by'] === 'envoy-gateway' ||
        labels['gateway.envoyproxy.io/owning-gateway-name'] !== undefined ||
        labels['gateway.envoyproxy.io/owning-gatewayclass'] !== undefined),
    port: () => 19_000,
  },
  isBehind: ({ bootstrap, names, metadataKeys }) =>
    metadataKeys.has('envoy-gateway') ||
    bootstrap.some((text) => /^envoy-gateway(?:\.|$)/.test(text)) ||
    names.some((name) => /^envoy-gateway-proxy-|^(?:http|grpc|tcp|tls|udp)route\/[^/]+\/[^/]+\/rule\//.test(name)),
  role: () => 'gateway',
  gateways: {
    selectors: ['app.kubernetes.io/managed-by=envoy-gateway'],
    nameLabels: ['gateway.envoyproxy.io/owning-gateway-name', 'gateway.envoyproxy.io/owning-gatewayclass'],
    namespaceLabel: 'gateway.envoyproxy.io/owning-gateway-namespace',
  },
  clustersAreRoutes: true,
  missingBackends: ['invalid-backend-cluster'],
  ownListeners: /^envoy-gateway-proxy-(?:ready|stats)/,
  // Privileged ports are moved: 80 is 10080.
  listenerPort: (port) => port + 10_000,
  // Snapshots are chosen by the node's cluster, NAMESPACE/GATEWAY, and kept for as long as one stream of theirs is open.
  // In gateway-namespace mode a proxy has a token of its own in place of the certificate.
  xds: {
    bearsSecondStream: true,
    nodeId: 'own',
    certificateVolume: 'certs',
    tokenVolume: 'sa-token',
    sendsAdminPort: false,
  },
  words: {
    listener:
      'Does a listener of the Gateway have the port, and is it Programmed? kubectl get gateway -A -o yaml has the conditions.',
    serverName:
      'Does a listener of the Gateway have the hostname, with tls.certificateRefs? kubectl get gateway -A -o yaml.',
    sharedCertificate: 'One listener of the Gateway with the wildcard hostname, instead of one for each.',
    host: 'Do hostnames of an HTTPRoute and of the listener name it, and is the route Accepted, with ResolvedRefs? kubectl get httproutes -A -o yaml has the conditions.',
    route: 'Add a rule to the HTTPRoute or GRPCRoute: kubectl get httproutes -A -o yaml has rules and conditions.',
    cluster:
      'Is the HTTPRoute Accepted, with ResolvedRefs: does the backendRef exist, and does a ReferenceGrant allow it? kubectl get httproutes -A -o yaml has the conditions.',
    endpoints: 'Does the backendRef of the route name the right port of the Service?',
    ownAnswer: missingBackend,
    missingBackend,
    address: 'endpoints of the Backend.',
    rejected: 'Often it is an EnvoyPatchPolicy: kubectl get envoypatchpolicies -A -o yaml has the conditions.',
    secret: 'tls.certificateRefs of the Gateway name it; a ReferenceGrant allows one of another namespace.',
    clientCertificate: 'tls.clientValidation of the ClientTrafficPolicy asks for it.',
    identity: 'validation.hostname and subjectAltNames of the BackendTLSPolicy say what is expected.',
    upstreamTls: 'BackendTLSPolicy for the Service.',
    noUpstreamTls: 'BackendTLSPolicy of the Service, tls of the Backend.',
    upstreamHttp2: 'appProtocol of the Service port (kubernetes.io/h2c), or a GRPCRoute.',
    protocol: 'See protocol of the listener in the Gateway.',
    upstreamTrust: 'validation.caCertificateRefs and hostname of the BackendTLSPolicy.',
    clientRoots: 'tls.clientValidation.caCertificateRefs of the ClientTrafficPolicy, without optional.',
    hashing: 'loadBalancer of the BackendTrafficPolicy: type ConsistentHash.',
    limits: 'circuitBreaker of the BackendTrafficPolicy.',
    ejection: 'healthCheck.passive of the BackendTrafficPolicy has the limits.',
    locality: 'loadBalancer.zoneAware of the BackendTrafficPolicy.',
    authorization: 'authorization of the SecurityPolicy.',
    externalAuthorization: 'extAuth of the SecurityPolicy names the service.',
    rateLimit: 'rateLimit of the BackendTrafficPolicy.',
    credentials: 'basicAuth and apiKeyAuth of the SecurityPolicy.',
    tokens: 'jwt and authorization of the SecurityPolicy.',
    timeout: 'timeouts of the HTTPRoute rule, timeout of the BackendTrafficPolicy.',
    fault: 'faultInjection of the BackendTrafficPolicy.',
    trustedHops: 'clientIPDetection of the ClientTrafficPolicy.',
  },
}
