import type { ControlPlane } from './control-plane.ts'
import { setting } from './proxy-pod.ts'

/** Istio's, and what is tried when nothing tells another. */
export const usualAdminPort = 15_000

export const istio: ControlPlane = {
  name: 'Istio',
  deployment: {
    matches: (_pod, { name, image }) => name === 'istio-proxy' || /(^|\/)proxyv2(-|:|@|$)/.test(image),
    port: (pod, { env, args }) =>
      setting(pod.annotations['proxy.istio.io/config'], /proxyAdminPort"?\s*:\s*"?(\d+)/) ??
      setting(env.PROXY_CONFIG, /proxyAdminPort"?\s*:\s*"?(\d+)/) ??
      setting(args.join(' '), /--proxyAdminPort[= ](\d+)/) ??
      usualAdminPort,
  },
  isBehind: ({ nodeId, nodeMetadata, names, metadataKeys, versions }) =>
    /^(?:sidecar|ingress|router|waypoint|ztunnel)~/.test(nodeId) ||
    nodeMetadata.ISTIO_VERSION !== undefined ||
    metadataKeys.has('istio') ||
    names.some((name) =>
      /^(?:in|out)bound(?:-vip)?\|\d+\||^(?:BlackHole|(?:Inbound)?Passthrough)Cluster(?:Ipv\d)?$/.test(name),
    ) ||
    versions.some((version) => /^\d{4}-\d\d-\d\dT[\d:]+Z\/\d+/.test(version)),
  role: ({ nodeId }) => {
    if (nodeId.startsWith('router~')) return 'gateway'
    return /^(?:sidecar|waypoint|ztunnel)~/.test(nodeId) ? 'sidecar' : undefined
  },
  // https://istio.io/latest/docs/ops/deployment/application-requirements/
  exempt: { rule: 'istio', ports: [15008, 15020, 15021, 15090] },
  gateways: {
    selectors: ['istio in (ingressgateway,egressgateway)', 'gateway.networking.k8s.io/gateway-name'],
    nameLabels: ['gateway.networking.k8s.io/gateway-name', 'service.istio.io/canonical-name'],
  },
  missingBackends: ['BlackHoleCluster'],
  listenerPort: (port) => port + 8000,
  words: {
    listener: 'A gateway needs a Gateway with a server for the port.',
    serverName: 'Is the host in the servers of the Gateway, with a TLS section?',
    sharedCertificate: 'One Gateway with all hosts of a credentialName, instead of one for each.',
    host: 'Does a VirtualService name it, with a Gateway in gateways (NAMESPACE/NAME from another namespace) whose selector has labels of this pod? Or an HTTPRoute that is Accepted: kubectl get httproutes -A -o yaml.',
    route:
      'Add a match to http of the VirtualService, or a rule to the HTTPRoute; a match whose delegate does not exist is left out.',
    cluster: 'Does a Sidecar or exportTo hide the Service?',
    subset: 'No DestinationRule has the subset: add it, or correct the subset in the VirtualService.',
    address: 'endpoints of a ServiceEntry or WorkloadEntry; defaultEndpoint of the ingress of a Sidecar.',
    egress: 'outboundTrafficPolicy is REGISTRY_ONLY; add a ServiceEntry, or the host to the Sidecar.',
    ownAnswer: 'block_all means a host that the mesh does not know, where outboundTrafficPolicy is REGISTRY_ONLY.',
    rejected: 'Often it is an EnvoyFilter.',
    secret: 'credentialName of the Gateway names it.',
    strictTls:
      'PeerAuthentication STRICT asks for mutual TLS: is the client in the mesh, and does no DestinationRule disable its TLS? PERMISSIVE lets plaintext in.',
    clientCertificate: 'Is the client in the mesh, and is its DestinationRule tls mode ISTIO_MUTUAL?',
    identity:
      'subjectAltNames of the DestinationRule, serviceAccounts of the ServiceEntry and trustDomainAliases say what is expected.',
    upstreamTls: 'DestinationRule, tls mode SIMPLE.',
    noUpstreamTls: 'DestinationRule, tls mode DISABLE; or has the pod no sidecar, or PeerAuthentication DISABLE?',
    upstreamHttp2: 'appProtocol of the Service port, or its name grpc-… or http2-….',
    protocol: 'See port name or appProtocol of the Service.',
    upstreamTrust: 'caCertificates or credentialName, and subjectAltNames, in tls of the DestinationRule.',
    clientRoots: 'ca.crt in the Secret that credentialName of the Gateway names, tls mode MUTUAL.',
    hashing: 'loadBalancer.consistentHash of the DestinationRule that is in force.',
    limits: 'connectionPool of the DestinationRule.',
    ejection: 'outlierDetection of the DestinationRule has the limits.',
    locality: 'localityLbSetting of the DestinationRule or of the mesh.',
    authorization:
      'AuthorizationPolicy; its ports are those of the pod (targetPort), its principals have no spiffe://.',
    externalAuthorization:
      'AuthorizationPolicy with action CUSTOM names one of extensionProviders in the mesh configuration.',
    tokens: 'RequestAuthentication and AuthorizationPolicy.',
    timeout: 'http.timeout of the VirtualService.',
    fault: 'http.fault of the VirtualService.',
    trustedHops: 'gatewayTopology.numTrustedProxies of proxyConfig.',
  },
}
