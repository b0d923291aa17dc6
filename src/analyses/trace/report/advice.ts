import type { Outcome } from '../../../semantics/outcome.ts'
import type { OutcomeReason, ReasonArgs } from '../../../semantics/reasons/reason.ts'
import type { Warnings } from '../../../semantics/reasons/warnings.ts'
import type { Hop } from '../walk/trace-result.ts'
import { type Advice, adviceByCode, correctRejected } from './advice-by-code.ts'
import { adviceOnHidden } from './advice-on-hidden.ts'

/** What to look at next when a request does not arrive; undefined when there is nothing to do. @param hop the last one */
export function adviceFor({ kind, reason }: Outcome, hop: Hop | undefined): string | undefined {
  const hidden = hop?.warnings?.find((warning) => warning.code === 'service-hidden')
  if (hidden !== undefined) return adviceOnHidden(hidden.args)
  const warned = new Set(hop?.warnings?.map(({ code }) => code))
  const cause = causes.find((code) => warned.has(code))
  if (cause !== undefined) return adviceByWarning[cause]
  // What the version in use does not have may be in the one that is not in use yet.
  if (kind === 'noFilterChain' || kind === 'noRoute') {
    if (warned.has('newer-version-rejected') || warned.has('listener-rejected')) return correctRejected
    if (warned.has('newer-version-warming')) return newer
  }
  return adviceOn(reason, hop) ?? adviceOnWarnings(warned)
}

/** Warnings that are why it ends as it does. */
const causes = ['redirect-loop', 'cors-comes-later'] as const

const newer =
  'A newer version (see the warning) may have it: it waits for something it needs; does the Secret exist? kubectl proxy-config info says what it is.'

function adviceOn<Code extends OutcomeReason['code']>(
  { code, args }: { readonly code: Code; readonly args: ReasonArgs[Code] },
  hop: Hop | undefined,
): string | undefined {
  const advice: Advice<ReasonArgs[Code]> = adviceByCode[code]
  return typeof advice === 'function' ? advice(args, hop) : advice
}

function adviceOnWarnings(warned: ReadonlySet<keyof Warnings>): string | undefined {
  const codes: ReadonlySet<string> = warned
  return Object.entries(adviceByWarning).find(([code, advice]) => advice !== undefined && codes.has(code))?.[1]
}

const renew =
  'Renew the certificate; one of the mesh is renewed by itself while istiod can be reached: kubectl proxy-config secrets.'

/** The most urgent first; undefined where there is nothing to do. */
const adviceByWarning: Readonly<Record<keyof Warnings, string | undefined>> = {
  'certificate-expired': renew,
  'roots-expired': renew,
  'newer-version-rejected': correctRejected,
  'listener-rejected': correctRejected,
  'updates-rejected': correctRejected,
  'client-not-passed-on': 'If the peer forwards HTTP, say the header that it adds: -H x-forwarded-for=IP.',
  'service-port-unknown':
    'A Service answers on its own ports only: correct the port, or add it to the Service (kubectl get service).',
  'plaintext-to-tls-port':
    'If the servers speak TLS there, the proxy has to begin it: a TLS transport socket of the cluster (Istio: DestinationRule, tls mode SIMPLE).',
  'tls-inside-tls':
    'Let one side begin TLS: the client sends plaintext HTTP, or the cluster has no TLS transport socket (Istio: DestinationRule, tls mode DISABLE).',
  'grpc-over-http1':
    'The cluster has to speak HTTP/2: http2_protocol_options (Istio and the Gateway API: appProtocol of the Service port, or its name grpc-…).',
  'upgrade-over-http2':
    'For WebSocket the cluster should speak HTTP/1.1, or its servers have to support RFC 8441: kubectl proxy-config clusters -o wide has the protocol.',
  'connections-failed':
    'Does a pod have that address (kubectl get pods -o wide), and does its server listen on that port? If not: targetPort of the Service, endpoints of a ServiceEntry or WorkloadEntry; if it does: a network policy, or a server that listens on 127.0.0.1 alone.',
  'limit-reached':
    'Raise the limit, or find out why requests take so long: circuit_breakers of the cluster (Istio: connectionPool of the DestinationRule).',
  'redirect-loop':
    'Let the proxy believe the load balancer: xff_num_trusted_hops of the connection manager (Istio: gatewayTopology.numTrustedProxies of proxyConfig; Envoy Gateway: clientIPDetection of a ClientTrafficPolicy), or redirect at the load balancer alone.',
  'cors-comes-later':
    'Put the CORS filter first, or exempt OPTIONS from the filter: browsers send no credentials with a preflight.',
  'service-hidden': undefined,
  'certificate-not-yet-valid': undefined,
  'roots-not-yet-valid': undefined,
  'certificate-without-name': undefined,
  'newer-version-warming': undefined,
  'older-version-draining': undefined,
  'filter-chains-draining': undefined,
  'listener-warming': undefined,
  'secret-of-cluster-awaited': undefined,
  'endpoints-not-reported': undefined,
}
