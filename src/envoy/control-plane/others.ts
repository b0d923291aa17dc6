import type { ControlPlane } from './control-plane.ts'
import { setting } from './proxy-pod.ts'

export const emissary: ControlPlane = {
  name: 'Emissary-ingress',
  deployment: {
    matches: (_pod, { image }) => /(emissary|ambassador|aes)(:|@|$)/.test(image),
    port: () => 8001,
  },
  isBehind: ({ nodeId, nodeCluster, names }) =>
    nodeId.startsWith('test-id') ||
    nodeCluster.startsWith('ambassador') ||
    names.some((name) => name.startsWith('ambassador-listener-')),
  role: () => 'gateway',
  gateways: { selectors: ['app.kubernetes.io/name=emissary-ingress'] },
  words: {
    listener: 'Does a Listener have the port? kubectl get listeners.getambassador.io -A.',
    serverName: 'Does a Host have the hostname and tlsSecret? kubectl get hosts.getambassador.io -A.',
    host: 'Do a Host and the hostname of a Mapping name it? kubectl get hosts.getambassador.io,mappings.getambassador.io -A.',
    route: 'Add a Mapping with the prefix: kubectl get mappings.getambassador.io -A.',
    cluster: 'Does service of the Mapping name a Service that exists?',
    secret: 'tlsSecret of the Host, or the TLSContext, names it.',
    clientCertificate: 'ca_secret of the TLSContext asks for it.',
    upstreamTls: 'https:// before service of the Mapping, or its tls.',
    upstreamHttp2: 'grpc: true of the Mapping.',
    limits: 'circuit_breakers of the Mapping.',
    timeout: 'timeout_ms of the Mapping.',
    trustedHops: 'xff_num_trusted_hops of the Module, l7Depth of the Listener.',
  },
}

export const appMesh: ControlPlane = {
  name: 'AWS App Mesh',
  deployment: {
    matches: (_pod, { image }) => /aws-appmesh-envoy/.test(image),
    port: (_pod, { env }) => setting(env.ENVOY_ADMIN_ACCESS_PORT, /^(\d+)$/) ?? 9901,
  },
  isBehind: ({ nodeId, names }) =>
    /^mesh\/[^/]+\/virtual(?:Node|Gateway)\//.test(nodeId) || names.some((name) => /^cds_(?:in|e)gress_/.test(name)),
  words: {
    listener: 'Does the VirtualNode or VirtualGateway have a listener for the port, and the backends?',
    host: 'Is the VirtualService among the backends of the VirtualNode, or does a GatewayRoute name it?',
    route: 'Add a route to the VirtualRouter or a GatewayRoute.',
    cluster: 'Is the VirtualService among the backends of the VirtualNode?',
    endpoints: 'Does serviceDiscovery of the VirtualNode find running pods?',
    egress: 'egressFilter of the Mesh is DROP_ALL: add the backend to the VirtualNode.',
    strictTls: 'tls mode PERMISSIVE of the listener in the VirtualNode lets plaintext in.',
    upstreamTls: 'clientPolicy.tls of the backend in the VirtualNode.',
    limits: 'connectionPool of the listener in the VirtualNode.',
    ejection: 'outlierDetection of the listener in the VirtualNode has the limits.',
    timeout: 'timeout of the route in the VirtualRouter, and of the listener in the VirtualNode.',
  },
}

export const osm: ControlPlane = {
  name: 'OSM',
  isBehind: ({ names }) =>
    names.some((name) => /^(?:in|out)bound-(?:prometheus-)?listener$|^[^/|]+\/[^/|]+\|\d+(?:\||$)/.test(name)),
  // The rules of OSM's init container.
  exempt: { rule: 'osm', ports: [15010, 15901, 15902, 15903, 15904] },
  ownListeners: /^inbound-prometheus-listener$/,
  // `NAMESPACE/NAME|PORT`
  serviceNames: [/^(?<namespace>[^/|]+)\/(?<name>[^|/]+)(?:\|\d+)?$/],
  words: {
    host: 'Is there a TrafficTarget with an HTTPRouteGroup, or is the permissive mode on?',
    route: 'Does an HTTPRouteGroup that a TrafficTarget allows have the path?',
    cluster: 'Does a TrafficTarget let this service account reach the Service?',
    egress: 'An Egress policy lets it out.',
    strictTls: 'An IngressBackend lets clients without the mesh in.',
    authorization: 'TrafficTarget and HTTPRouteGroup.',
    limits: 'connectionSettings of the UpstreamTrafficSetting.',
  },
}
