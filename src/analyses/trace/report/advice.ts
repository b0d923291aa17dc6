import { clusterName } from '../../../envoy/model/names.ts'
import type { Outcome } from '../../../semantics/outcome.ts'
import type { Hop } from '../walk/trace-result.ts'

/** What to look at next when a request does not arrive; undefined when there is nothing to do. @param hop the last one */
export function adviceFor(outcome: Outcome, hop: Hop | undefined): string | undefined {
  const { kind, details = '', reason } = outcome
  if (details === 'secret_not_supplied') return missingSecret
  if (reason.includes('are only warming')) return uninitialized
  if (reason.includes('is only warming')) {
    return 'Envoy waits for something it needs (endpoints, secrets): does the Secret exist? kubectl proxy-config info says what it is.'
  }
  if (reason.includes('was rejected')) return correct
  if (details.startsWith('rbac_access_denied')) return policyAdvice(reason)
  const special = byDetails.find(([word]) => details.startsWith(word))
  if (special !== undefined) return special[1]
  if (hop?.cluster === 'BlackHoleCluster' || hop?.virtualHost === 'block_all') return blocked
  const warned = (isSuch: (warning: string) => boolean): boolean => hop?.warnings?.some(isSuch) ?? false
  if (isUnknownThere.has(kind) && warned(isNewer)) return warned(isRejected) ? correct : newer
  return (
    byKind[kind]?.(outcome, hop) ??
    (warned(isExpired) ? renew : warned(isRejected) ? correct : warned(isWrongPort) ? otherPort : undefined)
  )
}

const missingSecret =
  'Does that Secret exist in the namespace of the gateway, with tls.crt and tls.key? kubectl get secrets; kubectl proxy-config secrets lists what has come.'
const uninitialized =
  'Envoy takes listeners when its clusters have what they wait for: kubectl proxy-config describe pod names the secrets, istiod and the log of the proxy say why they do not come.'
const blocked =
  'The mesh only lets known hosts out (outboundTrafficPolicy REGISTRY_ONLY): add a ServiceEntry, or the host to the Sidecar.'
const onlyTls =
  'Plaintext comes where only TLS is taken (PeerAuthentication STRICT in Istio): is the client in the mesh, and does no DestinationRule disable its TLS? Here --tls and --mtls send TLS.'
const otherPort =
  'A Service answers on its own ports only: correct the port, or add it to the Service (kubectl get service).'
const renew =
  'Renew the certificate; one of the mesh is renewed by itself while istiod can be reached: kubectl proxy-config secrets.'

/** What the version in use does not have may be in the one that is not in use yet. */
const isUnknownThere: ReadonlySet<Outcome['kind']> = new Set(['noFilterChain', 'noRoute'])
const newer =
  'A newer version (see the warning) may have it: it waits for something it needs; does the Secret exist? kubectl proxy-config info says what it is.'

const correct = 'Correct what the error names, often an EnvoyFilter; kubectl proxy-status lists what proxies rejected.'

function isRejected(warning: string): boolean {
  return warning.includes('was rejected by Envoy') || warning.startsWith('Envoy rejected ')
}

function isNewer(warning: string): boolean {
  return warning.startsWith('a newer version of ') || isRejected(warning)
}

function isWrongPort(warning: string): boolean {
  return warning.includes(', of which this proxy knows port')
}

function isExpired(warning: string): boolean {
  return warning.includes(' expired on ')
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
  ['client_certificate_untrusted', 'Compare the trust roots of both sides: kubectl proxy-config rootca-compare.'],
  ['upgrade_failed', 'Enable the upgrade: upgrade_configs of the connection manager or of the route.'],
  [
    'jwt_authn_access_denied',
    'Send a token, or exempt the path: RequestAuthentication and AuthorizationPolicy in Istio.',
  ],
  ['fault_filter_abort', "A fault is injected on purpose: see the route's fault settings."],
  [
    'drop_overload',
    'The control plane sheds load here: see policy.drop_overloads in kubectl proxy-config endpoints -o json.',
  ],
  ['missing_host_header', 'Send a Host header.'],
  ['low_version', 'Use HTTP/1.1, or set accept_http_10.'],
  ['path_normalization_failed', 'Change the path, or path_with_escaped_slashes_action of the connection manager.'],
  [
    'http1.codec_error',
    "The listener speaks HTTP: check the port's protocol (port name or appProtocol of the Service).",
  ],
  ['listeners_not_in_dump', 'Take a full dump: config_dump?include_eds without mask.'],
  ['routes_not_in_dump', 'Take a full dump: config_dump?include_eds without mask.'],
  ['clusters_not_in_dump', 'Take a full dump: config_dump?include_eds without mask.'],
  ['endpoints_not_in_dump', 'Take the dump with endpoints: config_dump?include_eds.'],
  ['other_terminal', 'This filter has routes of its own: kubectl proxy-config listeners -o yaml shows them.'],
  ['loop', 'Two internal listeners lead to each other: a control plane bug.'],
]

type Advice = (outcome: Outcome, hop: Hop | undefined) => string

const byKind: Readonly<Partial<Record<Outcome['kind'], Advice>>> = {
  noListener: ({ reason }) => {
    if (reason.includes('has an address to listen on'))
      return "Take config_dump?include_eds from the proxy itself: a gRPC client's CSDS or a filtered dump has no sockets."
    return reason.includes('only reached by a redirect')
      ? 'The proxy only gets this by iptables: without it, is the pod injected with istio-init or the CNI plugin?'
      : 'Check address and port: kubectl proxy-config listeners. A gateway needs a Gateway with a server for the port.'
  },
  noFilterChain: ({ reason }) => {
    if (reason.endsWith('by transport protocol raw_buffer')) return onlyTls
    return reason.includes('by server name')
      ? 'Send the SNI of a chain (--sni, or the host of the URL), or add the host to the Gateway, with its TLS section.'
      : 'Compare ALPN, addresses and TLS with the chains: kubectl proxy-config listeners -o yaml; --explain says how each lost.'
  },
  noRoute: ({ reason }) =>
    reason.includes('has a domain for')
      ? "Compare Host and port with the domains: kubectl proxy-config routes. Does a VirtualService's hosts and gateways, or an HTTPRoute, name it?"
      : 'Compare path, method and headers with its routes: kubectl proxy-config routes; --explain shows the near misses.',
  noCluster: ({ reason }) =>
    reason.includes('other subsets')
      ? 'The route names a subset that no DestinationRule has: add it, or correct the subset in the VirtualService.'
      : 'The route names a cluster that the proxy does not have: do service and port exist, and does a Sidecar or exportTo hide them?',
  noHealthyUpstream: ({ reason }, hop) => {
    const { subset } = clusterName(hop?.cluster ?? '')
    if (reason.includes('has no endpoints') && /DNS$/.test(hop?.clusterType ?? ''))
      return 'Envoy resolves this name itself: does it resolve in the pod, and over IPv4 or IPv6 as dns_lookup_family says?'
    if (reason.includes('has no endpoints') && subset !== undefined)
      return `No pod has the labels of subset ${subset}: compare DestinationRule and kubectl get pods --show-labels.`
    if (reason.includes('subset'))
      return 'No endpoint has this metadata: compare the subset selectors with endpoints -o json.'
    if (reason.includes('has no endpoints'))
      return 'Does the Service select running pods, and are they ready? kubectl get endpointslices; kubectl proxy-config endpoints.'
    return 'Look at the endpoints: kubectl proxy-config endpoints. Are pods ready, did outlier detection eject them?'
  },
}

/** A denial by RBAC. Istio's policies have names of the form `ns[NAMESPACE]-policy[NAME]-rule[INDEX]`. */
function policyAdvice(reason: string): string {
  const [, namespace, name] = /\bns\[(.+?)\]-policy\[(.+?)\]-rule/.exec(reason) ?? []
  if (name !== undefined)
    return `AuthorizationPolicy ${name} of namespace ${namespace} denies it: kubectl proxy-config authz has its rules in words.`
  return reason.includes('no ALLOW policy')
    ? 'Once a workload has an ALLOW policy, what none of them allows is denied: kubectl proxy-config authz lists what they do.'
    : 'kubectl proxy-config authz lists the policies of the proxy in words.'
}
