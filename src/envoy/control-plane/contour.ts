import type { ControlPlane } from './control-plane.ts'

const missingBackend =
  'A 503 without a body stands for a Service that was not found: kubectl get httpproxies -A shows the status.'

export const contour: ControlPlane = {
  name: 'Contour',
  deployment: {
    matches: ({ labels, containers }, { name }) =>
      name === 'envoy' &&
      (containers.some((other) => other.name === 'shutdown-manager' && /contour/.test(other.image)) ||
        labels['projectcontour.io/owning-gateway-name'] !== undefined ||
        labels['app.kubernetes.io/name'] === 'contour'),
    port: () => 9001,
    wholeAdminAt: '/admin/admin.sock',
  },
  isBehind: ({ nodeCluster, bootstrap, metadataKeys }) =>
    /^(?:project)?contour$/.test(nodeCluster) ||
    bootstrap.includes('contour') ||
    [...metadataKeys].some((key) => key.startsWith('io.projectcontour.')),
  role: () => 'gateway',
  // `app=envoy` is that of the example manifests; who answers there as an Envoy is looked at anyway.
  gateways: { selectors: ['app=envoy', 'app.kubernetes.io/name=contour'] },
  ownListeners: /^(?:envoy-admin|stats-health|stats|health)$/,
  listenerPort: (port) => port + 8000,
  // `NAMESPACE/NAME/PORT/HASH`
  serviceNames: [/^(?<namespace>[^/]+)\/(?<name>[^/]+)\/\d+\/[0-9a-f]+$/],
  // All proxies get the same.
  xds: {
    bearsSecondStream: true,
    nodeId: 'own',
    certificateVolume: 'envoycert',
    tokenVolume: undefined,
    sendsAdminPort: true,
  },
  words: {
    listener: 'Contour listens for HTTPS once a valid HTTPProxy or Ingress has tls: kubectl get httpproxies -A.',
    serverName:
      'Does virtualhost.fqdn of an HTTPProxy name it, with tls? kubectl get httpproxies -A shows what is invalid.',
    host: 'Does virtualhost.fqdn of an HTTPProxy, or an Ingress or HTTPRoute, name it, and is it valid? kubectl get httpproxies -A shows the status.',
    route: 'Add a route to the HTTPProxy or to one that it includes: kubectl get httpproxies -A shows the status.',
    cluster: 'Do the services of the HTTPProxy exist, with that port? kubectl get httpproxies -A shows the status.',
    endpoints: 'Does services of the HTTPProxy name the right port of the Service?',
    ownAnswer: missingBackend,
    missingBackend,
    secret:
      'virtualhost.tls.secretName of the HTTPProxy names it; a TLSCertificateDelegation allows one of another namespace.',
    clientCertificate: 'virtualhost.tls.clientValidation of the HTTPProxy asks for it.',
    identity: 'services.validation.subjectName of the HTTPProxy says what is expected.',
    upstreamTls:
      'protocol: tls of services in the HTTPProxy, or the annotation projectcontour.io/upstream-protocol.tls of the Service.',
    noUpstreamTls:
      'protocol of services in the HTTPProxy, annotation projectcontour.io/upstream-protocol.tls of the Service.',
    upstreamHttp2:
      'protocol: h2c or h2 of services in the HTTPProxy, or the annotation projectcontour.io/upstream-protocol.h2c of the Service.',
    upstreamTrust: 'services.validation of the HTTPProxy: caSecret and subjectName.',
    clientRoots: 'virtualhost.tls.clientValidation.caSecret of the HTTPProxy.',
    hashing: 'loadBalancerPolicy.strategy of the route in the HTTPProxy: RequestHash or Cookie.',
    limits: 'Annotations projectcontour.io/max-connections, max-pending-requests and max-requests of the Service.',
    authorization: 'ipAllowPolicy and ipDenyPolicy of the HTTPProxy.',
    externalAuthorization: 'virtualhost.authorization.extensionRef of the HTTPProxy names the ExtensionService.',
    rateLimit: 'rateLimitPolicy of the route or of virtualhost in the HTTPProxy.',
    tokens: 'virtualhost.jwtProviders and jwtVerificationPolicy of the HTTPProxy.',
    timeout: 'timeoutPolicy of the route in the HTTPProxy.',
    trustedHops: 'network.num-trusted-hops of the configuration of Contour.',
  },
}
