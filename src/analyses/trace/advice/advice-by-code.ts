import { provenanceOf } from '../../../envoy/control-plane/provenance.ts'
import type { Step, Topical } from '../../../envoy/control-plane/with-words.ts'
import { clusterName } from '../../../envoy/model/names.ts'
import type { OutcomeReason, ReasonArgs } from '../../../semantics/reasons/reason.ts'
import type { AbsentResource } from '../../../semantics/reasons/resource-absence.ts'
import type { Hop } from '../../../walk/trace-result.ts'
import { adviceOnRefused } from './advice-on-refused.ts'
import { adviceOnSecret } from './advice-on-secret.ts'
import { adviceOnUnhealthy } from './advice-on-unhealthy.ts'
import { adviceOnUnknown } from './advice-on-unknown.ts'

/** The next step after a request ended for a reason; undefined where there is nothing to do. */
export type Advice<Args> = Step | undefined | ((args: Args, hop: Hop | undefined) => Step | undefined)

type AdviceTable = { readonly [Code in OutcomeReason['code']]: Advice<ReasonArgs[Code]> }

export const correctRejected: Topical = {
  text: 'Correct what the error names; kubectl proxy-status lists what proxies rejected.',
  topic: 'rejected',
}
const awaitsSomething =
  'Envoy waits for something it needs (endpoints, secrets): does the Secret exist? kubectl proxy-config info says what it is.'
const blocked: Topical = { text: 'The mesh only lets known hosts out.', topic: 'egress' }
const onlyTls: Topical = {
  text: 'Plaintext was sent to a port that only accepts TLS: here --tls and --mtls send TLS.',
  topic: 'strictTls',
}
const checkAddress: Topical = { text: 'Check address and port: kubectl proxy-config listeners.', topic: 'listener' }
const fullDump = 'Take a full dump: config_dump?include_eds without mask.'
const checkProtocol: Topical = {
  text: 'The listener speaks HTTP: which protocol does the port have?',
  topic: 'protocol',
}
const behindBalancer =
  'Behind a load balancer that ends TLS, ask once more with -H x-forwarded-proto=https: if that is redirected as well, it is a loop.'
const changePath = 'Change the path, or path_with_escaped_slashes_action of the connection manager.'
const missingCluster: Topical = {
  text: 'The route names a cluster that the proxy does not have: do service and port exist?',
  topic: 'cluster',
}
const missingSecret: Topical = {
  text: 'Does that Secret exist in the namespace of the gateway, with tls.crt and tls.key? kubectl get secrets; kubectl proxy-config secrets lists what has come.',
  topic: 'secret',
}
const noRouteConfiguration = 'Has the control plane sent it? kubectl proxy-status; kubectl proxy-config routes.'
const policiesInWords: Topical = {
  text: 'kubectl proxy-config authz lists the policies of the proxy in words.',
  topic: 'authorization',
}

/** Istio's cluster for what the mesh does not let out. */
const blackHole = 'BlackHoleCluster'

/** Istio's cluster for a backendRef of the Gateway API that cannot be resolved. */
const unresolvedBackend = 'UnknownService'
const correctBackend =
  'A backendRef of the HTTPRoute cannot be used: kubectl get httproutes -A -o yaml has the reason in status.parents (ResolvedRefs): no such Service or port, or no ReferenceGrant in the namespace of the Service.'

/** What is to be done about a resource that does not serve. */
function whenAbsent({ state }: AbsentResource, otherwise: Step, warming: Step = awaitsSomething): Step {
  if (state === 'error') return correctRejected
  return state === 'warming' ? warming : otherwise
}

export const adviceByCode: AdviceTable = {
  'dump-without-listeners': fullDump,
  'listener-not-serving': (absent) => whenAbsent(absent, checkAddress),
  'listener-not-bound':
    'The proxy only gets this by iptables: without it, is the pod injected with istio-init or the CNI plugin?',
  'listeners-awaited':
    'Envoy binds listeners when its clusters have what they wait for: kubectl proxy-config describe pod names the secrets, the control plane and the log of the proxy say why they do not come.',
  'listeners-without-address':
    "Take config_dump?include_eds from the proxy itself: a gRPC client's CSDS or a filtered dump has no sockets.",
  'listener-missing': checkAddress,
  'connection-not-redirected': ({ rule }) =>
    rule === 'annotation'
      ? 'To have Envoy see the traffic, change the annotation; --redirected traces it as if it were redirected.'
      : undefined,
  'internal-listener-missing':
    'Compare the name with the listeners that the proxy has: kubectl proxy-config listeners.',
  'internal-listener-loop': 'Two internal listeners lead to each other: a control plane bug.',
  'filter-chain-missing': ({ criterion, value }) => {
    if (criterion === 'transport_protocol' && value === 'raw_buffer') return onlyTls
    return criterion === 'server_names'
      ? { text: 'Send the SNI of a chain (--sni, or the host of the URL), or add a chain for it.', topic: 'serverName' }
      : 'Compare ALPN, addresses and TLS with the chains: kubectl proxy-config listeners -o yaml; --explain says why each was rejected.'
  },
  'terminal-filter-missing': 'Give the filter chain a terminal filter, such as tcp_proxy or http_connection_manager.',
  'transport-socket-unknown': undefined,
  'plaintext-to-tls': { text: 'Send TLS (https://, --tls or --mtls), or allow plaintext.', topic: 'strictTls' },
  'client-certificate-missing': {
    text: 'The client needs a certificate: --mtls shows one.',
    topic: 'clientCertificate',
  },
  'client-certificate-untrusted': 'Compare the trust roots of both sides: kubectl proxy-config rootca-compare.',
  'server-certificate-refused': ({ cause: { fault } }) => adviceOnRefused[fault],
  'client-certificate-refused': ({ cause: { fault } }) => adviceOnRefused[fault],
  'secret-awaited': (absent) => {
    const step = adviceOnSecret(absent.secret) ?? missingSecret
    return whenAbsent(absent, step, step)
  },
  'tcp-route-missing':
    'Compare addresses and ports with the routes of the TCP proxy: kubectl proxy-config listeners -o yaml.',
  'tls-not-terminated': {
    text: 'TLS comes to a filter chain that does not end it: has the client to send plaintext, or the filter chain to end TLS?',
    topic: 'noUpstreamTls',
  },
  'not-http': checkProtocol,
  'http2-at-http1-codec': checkProtocol,
  'http1-at-http2-codec': checkProtocol,
  'request-target-invalid': 'Escape the character in the path (%XX).',
  'headers-too-large': 'Send less (cookies, tokens), or raise max_request_headers_kb of the connection manager.',
  'headers-too-many': 'Send fewer headers, or raise max_headers_count in common_http_protocol_options.',
  'http10-not-accepted': 'Use HTTP/1.1, or set accept_http_10.',
  'https-url-over-plaintext': undefined,
  'extended-connect-not-allowed': undefined,
  'http2-path-invalid': undefined,
  'header-with-underscore': undefined,
  'connection-header-refused': 'Change the Connection header.',
  'client-address-missing': ({ header }) => `Send the address of the client in ${header}, or do not reject without it.`,
  'forwarded-proto-empty': 'Send http or https in x-forwarded-proto, or leave it out.',
  'host-header-missing': 'Send a Host header.',
  'path-without-slash': undefined,
  'path-with-fragment': changePath,
  'path-with-escaped-slash': changePath,
  'path-not-canonical': changePath,
  'path-unescaped': changePath,
  'upgrade-not-enabled': 'Enable the upgrade: upgrade_configs of the connection manager or of the route.',
  'dump-without-routes': fullDump,
  'route-configuration-awaited': noRouteConfiguration,
  'route-configuration-not-serving': (absent) => whenAbsent(absent, noRouteConfiguration),
  'scope-key-unknown':
    'An extension of this proxy makes the key: kubectl proxy-config scopes lists the keys with their route configurations, kubectl proxy-config routes --name NAME the routes of one.',
  'scope-missing': 'Compare the headers of the request with the keys of the scopes in the dump.',
  'virtual-host-requires-tls': behindBalancer,
  'virtual-host-on-demand': undefined,
  'virtual-host-missing': {
    text: 'Compare Host and port with the domains: kubectl proxy-config routes.',
    topic: 'host',
  },
  'route-missing': ({ passedOver }) =>
    passedOver === undefined
      ? {
          text: 'Compare path, method and headers with its routes: kubectl proxy-config routes; --explain shows the near misses.',
          topic: 'route',
        }
      : `Add the route to the virtual host of this domain as well: one of ${passedOver.domain} is no fall-back.`,
  'route-redirects': undefined,
  'route-answers': (_, hop) => (hop?.virtualHost === 'block_all' ? blocked : undefined),
  'route-action-unknown': undefined,
  'cluster-specifier-plugin-decides': undefined,
  'sent-to-cluster': undefined,
  'dump-without-endpoints': 'Take the dump with endpoints: config_dump?include_eds.',
  'dump-without-clusters': fullDump,
  'cluster-unnamed': 'Send the header that the route takes the name of the cluster from (cluster_header).',
  'cluster-missing': ({ cluster, subsets }) => {
    if (cluster === blackHole) return blocked
    if (cluster === unresolvedBackend) return correctBackend
    return subsets === undefined
      ? missingCluster
      : { text: 'The route names a subset that is not defined.', topic: 'subset' }
  },
  'cluster-not-serving': (absent) => whenAbsent(absent, missingCluster),
  'destination-unknown':
    'Only a connection that was redirected has an original destination: does the listener have the filter original_dst?',
  'requests-dropped':
    'The control plane sheds load here: see policy.drop_overloads in kubectl proxy-config endpoints -o json.',
  'maintenance-mode': 'Take the key out of the runtime when maintenance is over: layered_runtime of the bootstrap.',
  'threshold-zero': { text: 'Raise the threshold: circuit_breakers of the cluster.', topic: 'limits' },
  'endpoints-missing': ({ cluster }, hop) => {
    if (cluster === blackHole) return blocked
    if (hop?.clusterType === 'STRICT_DNS' || hop?.clusterType === 'LOGICAL_DNS')
      return 'Envoy resolves this name itself: does it resolve in the pod, and over IPv4 or IPv6 as dns_lookup_family says?'
    const { subset } = clusterName(cluster)
    return subset === undefined
      ? {
          text: 'Does the Service select running pods, and are they ready? kubectl get endpointslices; kubectl proxy-config endpoints.',
          topic: 'endpoints',
        }
      : `No pod has the labels of subset ${subset}: compare its definition with kubectl get pods --show-labels.`
  },
  'endpoints-unhealthy': ({ causes: [first] }) => adviceOnUnhealthy(first?.cause),
  'session-endpoint-not-in-dump': undefined,
  'forward-proxy-host-not-looked-up':
    "Rewrite the host in the filter's own per-route configuration, not in the route, and put the filter before the router.",
  'session-endpoint-unavailable':
    'The endpoint of the session is gone or unhealthy: begin a new session, or set strict of stateful_session to false.',
  'panic-fails':
    'Look at the endpoints: kubectl proxy-config endpoints. Are pods ready, did outlier detection eject them?',
  'localities-without-weight': {
    text: 'Give localities a load_balancing_weight, or take locality_weighted_lb_config out.',
    topic: 'locality',
  },
  'subset-without-endpoints': 'No endpoint has this metadata: compare the subset selectors with endpoints -o json.',
  'listener-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'filter-chain-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'route-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'tls-requirement-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'internal-headers-depend-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'original-destination-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'destination-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'tcp-cluster-depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'header-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'depends-on-unknown': ({ unknown }) => adviceOnUnknown(unknown),
  'rbac-denied': ({ policy }) => policyAdvice(policy),
  'rbac-no-policy-matches': ({ action }) =>
    action === 'ALLOW'
      ? {
          text: 'Once a workload has an ALLOW policy, what none of them allows is denied: kubectl proxy-config authz lists what they do.',
          topic: 'authorization',
        }
      : policiesInWords,
  'rbac-matcher-no-match': policiesInWords,
  'jwt-missing': { text: 'Send a token, or exempt the path.', topic: 'tokens' },
  'jwt-invalid': 'Compare the token with issuer and audiences of the provider: kubectl proxy-config listeners -o yaml.',
  'mutual-tls-required': onlyTls,
  'basic-auth-refused': { text: 'Send user and password, with -H in the header Authorization.', topic: 'credentials' },
  'api-key-refused': {
    text: 'Send the key where key_sources says: kubectl proxy-config listeners -o yaml.',
    topic: 'credentials',
  },
  'csrf-origin-refused': 'Send the Origin of a page of this host, or add the origin to additional_origins.',
  'ext-authz-denies-when-off': 'Switch the filter on, or deny_at_disable off.',
  'ecds-not-delivered':
    'Ask the control plane why it does not send this configuration: kubectl proxy-config ecds lists what has come, kubectl proxy-status what was rejected.',
  'jwt-requirement-unknown': { text: 'Send a token, or exempt the path.', topic: 'tokens' },
  'fault-injected': { text: "A fault is injected on purpose: see the route's fault settings.", topic: 'fault' },
  'routes-by-own-protocol': 'This filter has routes of its own: kubectl proxy-config listeners -o yaml shows them.',
  'matcher-input-unknown': undefined,
  'matcher-unknown': undefined,
  'body-too-large': 'Raise max_request_bytes of the filter, or send a smaller body.',
  'health-check-answered': undefined,
  'host-empty': 'Send a Host header.',
  'cors-preflight-answered': undefined,
  'connection-answered': undefined,
}

/** A denial by RBAC: its policy's name tells the object in Istio (`ns[NAMESPACE]-policy[NAME]-rule[INDEX]`) and in Kuma. */
function policyAdvice(policy: string): Step {
  const [, namespace, name] = /\bns\[(.+?)\]-policy\[(.+?)\]-rule/.exec(policy) ?? []
  const [found] =
    name === undefined ? provenanceOf(undefined, policy) : [{ kind: 'AuthorizationPolicy', name, namespace }]
  return found === undefined
    ? policiesInWords
    : `${found.kind} ${found.name}${found.namespace === undefined ? '' : ` of namespace ${found.namespace}`} denies it: kubectl proxy-config authz has its rules in words.`
}
