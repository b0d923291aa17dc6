import type { ControlPlane } from './control-plane.ts'

export const cilium: ControlPlane = {
  name: 'Cilium',
  deployment: {
    // The admin interface is on a Unix socket of the node unless the chart's envoy.debug.admin gives it a port.
    matches: ({ labels }, { name, image }) =>
      labels['k8s-app'] === 'cilium-envoy' || name === 'cilium-envoy' || /\/cilium-envoy(:|@|$)/.test(image),
    port: () => 9901,
    wholeAdminAt: '/var/run/cilium/envoy/sockets/admin.sock',
  },
  isBehind: ({ nodeId, bootstrap, names }) =>
    nodeId === 'host~127.0.0.1~no-id~localdomain' ||
    bootstrap.some((text) => text === 'xds-grpc-cilium') ||
    names.some((name) => /^cilium-http-(?:in|e)gress|^[^/]+\/cilium-(?:ingress|gateway)[^/]*\//.test(name)),
  // Every node has the same Ingresses and Gateways: one of its pods is read.
  gateways: { selectors: ['k8s-app=cilium-envoy'], nameLabels: ['k8s-app'] },
  // `NAMESPACE/CONFIG/NAMESPACE:NAME:PORT`, and the same without what stands in front
  serviceNames: [/^(?:[^/]+\/[^/]+\/)?(?<namespace>[^/:]+)[:/](?<name>[^/:]+):\d+$/],
  words: {
    listener:
      'Listeners come from a CiliumEnvoyConfig, an Ingress, a Gateway, or an HTTP rule of a CiliumNetworkPolicy: kubectl get ciliumenvoyconfigs -A.',
    serverName: 'Does tls of the Ingress, or a listener of the Gateway, name it?',
    host: 'Does an Ingress, an HTTPRoute or a CiliumEnvoyConfig name it? kubectl get ciliumenvoyconfigs -A -o yaml.',
    route: 'Add a rule to the Ingress or HTTPRoute, or a route to the CiliumEnvoyConfig.',
    cluster: 'Do services and backendServices of the CiliumEnvoyConfig name the Service?',
    rejected: 'Often it is a CiliumEnvoyConfig or CiliumClusterwideEnvoyConfig.',
    secret: 'Cilium copies Secrets to its own namespace (cilium-secrets): kubectl get secrets -n cilium-secrets.',
    authorization: 'CiliumNetworkPolicy, toPorts.rules.http: kubectl get ciliumnetworkpolicies -A.',
    timeout: 'timeouts of the HTTPRoute rule, or timeout of the route in the CiliumEnvoyConfig.',
  },
}
