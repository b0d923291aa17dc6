import type { ControlPlane } from './control-plane.ts'
import { type ProxyContainer, type ProxyPod, setting } from './proxy-pod.ts'

export const consul: ControlPlane = {
  name: 'Consul',
  deployment: {
    // One sidecar for each service of a multi-port pod, with ports 19000, 19001, ...
    matches: (_pod, { name, image }) =>
      /^(consul-dataplane|envoy-sidecar|consul-connect-envoy-sidecar)/.test(name) ||
      /consul-dataplane(:|@|$)/.test(image),
    port: (pod, container) =>
      setting(container.args.join(' '), /-envoy-admin-bind-port[= ](\d+)/) ??
      setting(container.env.DP_ENVOY_ADMIN_BIND_PORT, /^(\d+)$/) ??
      19_000 + indexOf(pod, container),
  },
  isBehind: ({ bootstrap, names }) =>
    bootstrap.some((text) => text === 'consul-dataplane' || text === 'local_agent') ||
    names.some((name) => /\.internal\.[0-9a-f-]{36}\.consul$|^(?:public|outbound)_listener:/.test(name)),
  gateways: { selectors: ['component in (api-gateway,ingress-gateway)'] },
  ownListeners: /^(?:envoy_(?:metrics|ready|prometheus_metrics)_listener)/,
  // `NAME.NAMESPACE.DC.internal.…`
  serviceNames: [/^(?:[^.]+\.)?(?<name>[^.]+)\.(?<namespace>[^.]+)\.[^.]+\.internal\./],
  words: {
    listener:
      'A gateway needs a listener in its IngressGateway or Gateway; a sidecar has upstreams that are named or intended.',
    host: 'Does an HTTPRoute, or hosts of the IngressGateway, name it?',
    route: 'Add a route to the ServiceRouter, or a rule to the HTTPRoute of an API gateway.',
    cluster:
      'Do ServiceRouter, ServiceSplitter and ServiceResolver name a service that is registered, and does a ServiceIntentions allow it?',
    subset: 'Has the ServiceResolver the subset, and is its filter right?',
    endpoints:
      'Is an instance registered and passing? consul catalog services; consul health of the service; kubectl get pods.',
    egress:
      'meshDestinationsOnly of the Mesh object lets nothing unknown out: register the service, with a TerminatingGateway.',
    rejected: 'Often it is an escape hatch (envoy_…_json) or an EnvoyExtension of ProxyDefaults or ServiceDefaults.',
    secret: 'tls of the listener in the Gateway or IngressGateway names it.',
    strictTls: 'mutualTLSMode permissive of ServiceDefaults lets plaintext in.',
    clientCertificate: 'Is the client in the mesh?',
    identity: 'Are both services of one trust domain, or their clusters peered?',
    upstreamTls: 'TerminatingGateway, caFile and sni of the service.',
    upstreamHttp2: 'protocol of ServiceDefaults (http2, grpc).',
    protocol: 'See protocol of ServiceDefaults or ProxyDefaults.',
    hashing: 'loadBalancer.policy of the ServiceResolver: ring_hash or maglev.',
    limits: 'upstreamConfig.limits of ServiceDefaults.',
    ejection: 'upstreamConfig.passiveHealthCheck of ServiceDefaults has the limits.',
    locality: 'prioritizeByLocality of the ServiceResolver.',
    authorization: 'ServiceIntentions: consul intention check SOURCE DESTINATION.',
    tokens: 'JWTProvider, and jwt of the ServiceIntentions.',
    timeout: 'requestTimeout of the ServiceRouter or ServiceResolver.',
  },
}

function indexOf(pod: ProxyPod, container: ProxyContainer): number {
  const sidecars = pod.containers.filter(({ name }) => name.replace(/-.*$/, '') === container.name.replace(/-.*$/, ''))
  return Math.max(
    0,
    sidecars.findIndex(({ name }) => name === container.name),
  )
}
