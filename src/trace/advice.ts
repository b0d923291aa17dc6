import type { Outcome } from './outcome.ts'

/** What to look at next when a request does not arrive; undefined when there is nothing to do. */
export function adviceFor({ kind, details = '', reason }: Outcome): string | undefined {
  const special = byDetails.find(([word]) => details.startsWith(word))
  if (special !== undefined) return special[1]
  if (reason.includes('is only warming')) {
    return 'Envoy waits for something the resource needs (endpoints, secrets): see `warnings` in proxy-status and the proxy log.'
  }
  if (reason.includes('is only error'))
    return 'Envoy rejected the last update: the error is in `kubectl proxy-config listeners`.'
  return byKind[kind]
}

const byDetails: readonly (readonly [string, string])[] = [
  [
    'plaintext_to_tls',
    'Send TLS (https://, --tls or --mtls), or allow plaintext: PeerAuthentication mode PERMISSIVE in Istio.',
  ],
  [
    'client_certificate_required',
    'The client needs a certificate: is it in the mesh, and is its DestinationRule tls mode ISTIO_MUTUAL?',
  ],
  ['client_certificate_untrusted', 'Compare the trust roots of both sides: kubectl proxy-config secrets.'],
  ['upgrade_failed', 'Enable the upgrade: upgrade_configs of the connection manager or of the route.'],
  ['rbac_access_denied', 'Find the policy named here: kubectl get authorizationpolicies -A.'],
  [
    'jwt_authn_access_denied',
    'Send a token, or exempt the path: RequestAuthentication and AuthorizationPolicy in Istio.',
  ],
  ['fault_filter_abort', 'A fault is injected on purpose: see the route’s fault settings.'],
  ['missing_host_header', 'Send a Host header.'],
  ['low_version', 'Use HTTP/1.1, or set accept_http_10.'],
  ['path_normalization_failed', 'Change the path, or path_with_escaped_slashes_action of the connection manager.'],
  [
    'http1.codec_error',
    'The listener speaks HTTP: check the port’s protocol (port name or appProtocol of the Service).',
  ],
  ['routes_not_in_dump', 'Take a full dump: config_dump?include_eds without mask.'],
  ['clusters_not_in_dump', 'Take a full dump: config_dump?include_eds without mask.'],
  ['endpoints_not_in_dump', 'Take the dump with endpoints: config_dump?include_eds.'],
  ['other_terminal', 'This filter has routes of its own: kubectl proxy-config listeners -o yaml shows them.'],
  ['loop', 'Two internal listeners lead to each other: a control plane bug.'],
]

const byKind: Readonly<Partial<Record<Outcome['kind'], string>>> = {
  noListener:
    'Check address and port: kubectl proxy-config listeners. Behind a sidecar the redirect decides (--inbound for incoming traffic).',
  noFilterChain:
    'Compare SNI, ALPN and port with the chains: kubectl proxy-config listeners -o yaml; --explain names the criterion each chain lost by.',
  noRoute: 'Compare Host and path with the table: kubectl proxy-config routes; --explain shows the near misses.',
  noCluster:
    'The route names a cluster that the proxy does not have: does the service, port or subset (DestinationRule) exist and is it visible here?',
  noHealthyUpstream:
    'Look at the endpoints: kubectl proxy-config endpoints. Are pods ready, does a subset’s label fit, did outlier detection eject them?',
}
