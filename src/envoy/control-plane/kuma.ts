import type { ControlPlane } from './control-plane.ts'
import { setting } from './proxy-pod.ts'

export const kuma: ControlPlane = {
  name: 'Kuma',
  deployment: {
    // https://kuma.io/docs/latest/reference/kubernetes-annotations/#kumaioenvoy-admin-port
    matches: (_pod, { name, image }) =>
      name === 'kuma-sidecar' || name === 'kuma-gateway' || /\/kuma-dp(:|@|$)/.test(image),
    port: (pod, { env }) =>
      setting(pod.annotations['kuma.io/envoy-admin-port'], /^(\d+)$/) ??
      setting(env.KUMA_DATAPLANE_ADMIN_PORT, /^(\d+)$/) ??
      9901,
  },
  isBehind: ({ nodeMetadata, names, metadataKeys }) =>
    Object.keys(nodeMetadata).some((key) => key.startsWith('dataplane.')) ||
    metadataKeys.has('io.kuma.tags') ||
    names.some((name) =>
      /^(?:kri_|self_(?:inbound|transparentproxy)_|_?kuma[_:]|(?:in|out)bound:(?:passthrough:|[\d[]))/.test(name),
    ),
  role: ({ nodeMetadata }) => {
    const type = nodeMetadata['dataplane.proxyType']
    if (type === undefined) return undefined
    return type === 'dataplane' ? 'sidecar' : 'gateway'
  },
  // Nothing but an annotation marks a MeshGatewayInstance's pods; this label stands on them, and a pod without a proxy is left out.
  gateways: { selectors: ['kuma.io/sidecar-injection=disabled'] },
  missingBackends: ['kuma.io/unresolved-backend'],
  ownListeners: /^(?:_kuma|kuma:|kuma_|probe:)/,
  // `kri_msvc_MESH_ZONE_NAMESPACE_NAME_PORT`, and `NAME_NAMESPACE_svc_PORT` before
  serviceNames: [
    /^kri_m?[a-z]*svc_[^_]*_[^_]*_(?<namespace>[^_]*)_(?<name>[^_]+)_/,
    /^(?<name>.+)_(?<namespace>[^_]+)_svc(?:_\d+)?$/,
  ],
  words: {
    listener:
      'A gateway needs a MeshGateway with a listener for the port; a sidecar has one for each MeshService that it can reach: kubectl get meshservices -A.',
    serverName: 'Does a listener of the MeshGateway have the hostname, with tls?',
    host: 'Does a MeshHTTPRoute, or the hostname of a listener of the MeshGateway, name it? kubectl get meshhttproutes -A.',
    route: 'Add a rule to the MeshHTTPRoute: kubectl get meshhttproutes -A.',
    cluster: 'Does the backendRef of the MeshHTTPRoute or MeshTCPRoute name a MeshService that exists?',
    subset: 'Does a Dataplane have the tags that the route asks for?',
    endpoints: 'Does the MeshService select running Dataplanes? kubectl get meshservices,dataplanes -A.',
    address: 'endpoints of the MeshExternalService, networking.address of the Dataplane.',
    egress: 'MeshPassthrough lets it out, a MeshExternalService makes it known.',
    rejected: 'Often it is a MeshProxyPatch.',
    secret:
      'tls.certificates of the MeshGateway name it; certificates of the mesh come from mtls of the Mesh or a MeshIdentity.',
    strictTls: 'MeshTLS mode Permissive lets plaintext in.',
    clientCertificate: 'Is the client in the mesh, and has its Mesh mtls?',
    identity:
      'Do both sides belong to one Mesh, and do its MeshIdentity and MeshTrust fit? MeshTrafficPermission names clients by SPIFFE id or tags.',
    upstreamTls: 'tls of the MeshExternalService.',
    noUpstreamTls: 'tls of the MeshExternalService; or has the pod no sidecar?',
    upstreamHttp2: 'appProtocol of the port of the MeshService (http2, grpc); kuma.io/protocol of the Dataplane.',
    protocol: 'See appProtocol of the Service port, or kuma.io/protocol of the Dataplane.',
    upstreamTrust: 'tls.verification of the MeshExternalService.',
    hashing: 'loadBalancer of the MeshLoadBalancingStrategy: RingHash or Maglev.',
    limits: 'connectionLimits of the MeshCircuitBreaker.',
    ejection: 'outlierDetection of the MeshCircuitBreaker has the limits.',
    locality: 'localityAwareness of the MeshLoadBalancingStrategy.',
    authorization: 'MeshTrafficPermission: kubectl get meshtrafficpermissions -A.',
    timeout: 'http.requestTimeout of the MeshTimeout.',
    rateLimit: 'MeshRateLimit: kubectl get meshratelimits -A.',
    fault: 'MeshFaultInjection: kubectl get meshfaultinjections -A.',
  },
}
