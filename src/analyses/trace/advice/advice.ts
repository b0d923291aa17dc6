import type { ControlPlane } from '../../../envoy/control-plane/control-plane.ts'
import { type Step, withWords } from '../../../envoy/control-plane/with-words.ts'
import type { Outcome } from '../../../semantics/outcome.ts'
import type { OutcomeReason, ReasonArgs } from '../../../semantics/reasons/reason.ts'
import type { Warnings } from '../../../semantics/reasons/warnings.ts'
import type { Hop } from '../../../walk/trace-result.ts'
import { type Advice, adviceByCode, correctRejected } from './advice-by-code.ts'
import { adviceOnHidden } from './advice-on-hidden.ts'
import { adviceOnObjects } from './advice-on-objects.ts'
import { adviceOnSecret } from './advice-on-secret.ts'

/**
 * What to look at next when a request does not arrive, in the words of the control plane where it is known; undefined when there is
 * nothing to do.
 * @param hop the last one
 */
export function adviceFor(outcome: Outcome, hop: Hop | undefined, plane?: ControlPlane): string | undefined {
  const known = adviceOnObjects(outcome, hop?.warnings ?? [])
  if (known !== undefined) return known
  const step = stepFor(outcome, hop) ?? missingBackend(outcome, plane)
  return step === undefined ? undefined : withWords(step, plane)
}

/** A route that answers with 5xx by itself, of a control plane that has it do so in place of a backend that it did not find. */
function missingBackend({ reason, status = 0 }: Outcome, plane: ControlPlane | undefined): Step | undefined {
  if (reason.code !== 'route-answers' || status < 500 || plane?.words.missingBackend === undefined) return undefined
  return { text: 'Is the answer meant? kubectl proxy-config routes shows the route.', topic: 'missingBackend' }
}

function stepFor({ kind, reason }: Outcome, hop: Hop | undefined): Step | undefined {
  const hidden = hop?.warnings?.find((warning) => warning.code === 'service-hidden')
  if (hidden !== undefined) return adviceOnHidden(hidden.args)
  const warned = new Set(hop?.warnings?.map(({ code }) => code))
  const cause = causes.find((code) => warned.has(code))
  if (cause !== undefined) return adviceByWarning[cause]
  if (kind === 'noRoute' && warned.has('connection-for-other-host')) return oneChain
  // What the version in use does not have may be in the one that is not in use yet.
  if (kind === 'noFilterChain' || kind === 'noRoute') {
    if (warned.has('newer-version-rejected') || warned.has('listener-rejected')) return correctRejected
    if (warned.has('newer-version-warming')) return adviceOnWaiting(hop)
  }
  return adviceOn(reason, hop) ?? adviceOnWarnings(warned)
}

/** Warnings that are why it ends as it does. */
const causes = ['redirect-loop', 'cors-comes-later'] as const

const newer =
  'A newer version (see the warning) may have it: it waits for something it needs; does the Secret exist? kubectl proxy-config info says what it is.'

/** What a newer version waits for is a secret, where the warning names one. */
function adviceOnWaiting(hop: Hop | undefined): Step {
  const secrets =
    hop?.warnings?.flatMap((each) => (each.code === 'newer-version-warming' ? each.args.secrets : [])) ?? []
  return secrets.map(adviceOnSecret).find((step) => step !== undefined) ?? newer
}

function adviceOn<Code extends OutcomeReason['code']>(
  { code, args }: { readonly code: Code; readonly args: ReasonArgs[Code] },
  hop: Hop | undefined,
): Step | undefined {
  const advice: Advice<ReasonArgs[Code]> = adviceByCode[code]
  return typeof advice === 'function' ? advice(args, hop) : advice
}

function adviceOnWarnings(warned: ReadonlySet<keyof Warnings>): Step | undefined {
  const codes: ReadonlySet<string> = warned
  return Object.entries(adviceByWarning).find(([code, advice]) => advice !== undefined && codes.has(code))?.[1]
}

const renew =
  'Renew the certificate; one of a mesh is renewed by itself while its control plane can be reached: kubectl proxy-config secrets.'

const oneChain: Step = {
  text: 'Serve the hosts of one certificate by one filter chain and route configuration, give each a certificate of its own, or answer 421 where SNI and host differ: clients then connect anew.',
  topic: 'sharedCertificate',
}

/** The most urgent first; undefined where there is nothing to do. */
const adviceByWarning: Readonly<Record<keyof Warnings, Step | undefined>> = {
  'certificate-expired': renew,
  'connection-reused': oneChain,
  'connection-for-other-host': oneChain,
  'roots-expired': renew,
  'newer-version-rejected': correctRejected,
  'listener-rejected': correctRejected,
  'updates-rejected': correctRejected,
  'client-not-passed-on': 'If the peer forwards HTTP, say the header that it adds: -H x-forwarded-for=IP.',
  'service-port-unknown':
    'A Service answers on its own ports only: correct the port, or add it to the Service (kubectl get service).',
  'plaintext-to-tls-port': {
    text: 'If the servers speak TLS there, the proxy has to begin it: a TLS transport socket of the cluster.',
    topic: 'upstreamTls',
  },
  'tls-inside-tls': {
    text: 'Let one side begin TLS: the client sends plaintext HTTP, or the cluster has no TLS transport socket.',
    topic: 'noUpstreamTls',
  },
  'http2-not-answered': {
    text: 'Take http2_protocol_options out of the cluster, or let its servers speak HTTP/2.',
    topic: 'upstreamHttp2',
  },
  'http-as-bytes': {
    text: 'If the servers speak HTTP, the port has to be one of HTTP for the proxy.',
    topic: 'protocol',
  },
  'grpc-over-http1': {
    text: 'The cluster has to speak HTTP/2: http2_protocol_options.',
    topic: 'upstreamHttp2',
  },
  'upgrade-over-http2':
    'For WebSocket the cluster should speak HTTP/1.1, or its servers have to support RFC 8441: kubectl proxy-config clusters -o wide has the protocol.',
  'connections-failed': {
    text: 'Does a pod have that address (kubectl get pods -o wide), and does its server listen on that port? If not: targetPort of the Service, or the object with the address; if it does: a network policy, a server that listens on 127.0.0.1 alone, or a TLS handshake that fails, which --follow shows.',
    topic: 'address',
  },
  'limit-reached': {
    text: 'Raise the limit, or find out why requests take so long: circuit_breakers of the cluster.',
    topic: 'limits',
  },
  'redirect-loop': {
    text: 'Redirect at the load balancer alone, or let the proxy believe it: xff_num_trusted_hops of the connection manager.',
    topic: 'trustedHops',
  },
  'cors-comes-later':
    'Put the CORS filter first, or exempt OPTIONS from the filter: browsers send no credentials with a preflight.',
  'service-hidden': undefined,
  'object-at-fault': undefined,
  'object-without-status': undefined,
  'object-of-host': undefined,
  'host-in-no-object': undefined,
  'policy-on-route': undefined,
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
