import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adviceFor } from '../../../../src/analyses/trace/advice/advice.ts'
import { adviceByCode } from '../../../../src/analyses/trace/advice/advice-by-code.ts'
import { contour } from '../../../../src/envoy/control-plane/contour.ts'
import { istio } from '../../../../src/envoy/control-plane/istio.ts'
import type { Outcome, OutcomeKind } from '../../../../src/semantics/outcome.ts'

type Hop = NonNullable<Parameters<typeof adviceFor>[1]>

const hopOf = (more: object): Hop => ({ listener: 'L', objects: {}, reasons: {}, considered: {}, ...more })
const outcomeOf = (code: string, args: object = {}, kind: OutcomeKind = 'denied'): Outcome =>
  ({ kind, reason: { code, args } }) as unknown as Outcome

const fullDump = 'Take a full dump'
const checkAddress = 'Check address and port'
const rejected = 'Correct what the error names'
const awaits = 'Envoy waits for something it needs'
const blocked = 'The mesh only lets known hosts out.'
const onlyTls = 'Plaintext was sent to a port that only accepts TLS'
const noCluster = 'The route names a cluster that the proxy does not have'
const noRoutes = 'Has the control plane sent it?'
const changePath = 'Change the path, or path_with_escaped_slashes_action'
const isHttp = 'The listener speaks HTTP'
const missingSecret = 'Does that Secret exist in the namespace of the gateway'
const inWords = 'kubectl proxy-config authz lists the policies'
const sayAddress = 'Say the address that the client connects to'
const selects = 'Does the Service select running pods'
const notReady = 'The control plane says so'
const healthChecks = 'Does the server answer health_checks'
const itself = 'Envoy resolves this name itself'

/** Code, what it says of the request, how the advice begins, and the hop where it counts. */
const table: readonly (readonly [string, object, string | undefined, object?])[] = [
  ['dump-without-listeners', {}, fullDump],
  ['listener-not-serving', { state: 'error' }, rejected],
  ['listener-not-serving', { state: 'warming' }, awaits],
  ['listener-not-serving', { state: 'draining' }, checkAddress],
  ['listener-not-bound', {}, 'The proxy only gets this by iptables'],
  ['listeners-awaited', {}, 'Envoy binds listeners when its clusters'],
  ['listeners-without-address', {}, 'Take config_dump?include_eds from the proxy itself'],
  ['listener-missing', {}, checkAddress],
  ['connection-not-redirected', { rule: 'annotation' }, 'To have Envoy see the traffic, change the annotation'],
  ['connection-not-redirected', { rule: 'istio' }, undefined],
  ['internal-listener-missing', {}, 'Compare the name with the listeners'],
  ['internal-listener-loop', {}, 'Two internal listeners lead to each other'],
  ['filter-chain-missing', { criterion: 'transport_protocol', value: 'raw_buffer' }, onlyTls],
  ['filter-chain-missing', { criterion: 'transport_protocol', value: 'tls' }, 'Compare ALPN'],
  ['filter-chain-missing', { criterion: 'server_names', value: 'raw_buffer' }, 'Send the SNI of a chain'],
  ['filter-chain-missing', {}, 'Compare ALPN'],
  ['terminal-filter-missing', {}, 'Give the filter chain a terminal filter'],
  ['plaintext-to-tls', {}, 'Send TLS (https://'],
  ['client-certificate-missing', {}, 'The client needs a certificate'],
  ['client-certificate-untrusted', {}, 'Compare the trust roots'],
  ['server-certificate-refused', { cause: { fault: 'date' } }, 'Renew the certificate'],
  ['server-certificate-refused', { cause: { fault: 'root' } }, 'Compare the trust roots of both sides'],
  ['client-certificate-refused', { cause: { fault: 'names' } }, 'Does the pod run as the service account'],
  ['secret-awaited', { secret: 'a', state: 'warming' }, missingSecret],
  ['secret-awaited', { secret: 'a', state: 'absent' }, missingSecret],
  ['secret-awaited', { secret: 'a', state: 'error' }, rejected],
  ['secret-awaited', { secret: 'kubernetes://a-cacert', state: 'warming' }, 'That secret has the CA'],
  ['tcp-route-missing', {}, 'Compare addresses and ports'],
  ['tls-not-terminated', {}, 'TLS comes to a filter chain that does not end it'],
  ['not-http', {}, isHttp],
  ['http2-at-http1-codec', {}, isHttp],
  ['http1-at-http2-codec', {}, isHttp],
  ['request-target-invalid', {}, 'Escape the character'],
  ['headers-too-large', {}, 'Send less (cookies'],
  ['headers-too-many', {}, 'Send fewer headers'],
  ['http10-not-accepted', {}, 'Use HTTP/1.1'],
  ['connection-header-refused', {}, 'Change the Connection header'],
  ['client-address-missing', { header: 'x-real-ip' }, 'Send the address of the client in x-real-ip'],
  ['forwarded-proto-empty', {}, 'Send http or https in x-forwarded-proto'],
  ['host-header-missing', {}, 'Send a Host header'],
  ['host-empty', {}, 'Send a Host header'],
  ['path-with-fragment', {}, changePath],
  ['path-with-escaped-slash', {}, changePath],
  ['path-not-canonical', {}, changePath],
  ['path-unescaped', {}, changePath],
  ['upgrade-not-enabled', {}, 'Enable the upgrade'],
  ['dump-without-routes', {}, fullDump],
  ['route-configuration-awaited', {}, noRoutes],
  ['route-configuration-not-serving', { state: 'error' }, rejected],
  ['route-configuration-not-serving', { state: 'warming' }, awaits],
  ['route-configuration-not-serving', { state: 'removed' }, noRoutes],
  ['scope-key-unknown', {}, 'An extension of this proxy makes the key'],
  ['scope-missing', {}, 'Compare the headers of the request with the keys'],
  ['virtual-host-requires-tls', {}, 'Behind a load balancer that ends TLS'],
  ['virtual-host-missing', {}, 'Compare Host and port with the domains'],
  ['route-missing', {}, 'Compare path, method and headers'],
  [
    'route-missing',
    { passedOver: { domain: '*.a' } },
    'Add the route to the virtual host of this domain as well: one of *.a',
  ],
  ['route-answers', {}, blocked, { virtualHost: 'block_all' }],
  ['route-answers', {}, undefined, { virtualHost: 'other' }],
  ['dump-without-endpoints', {}, 'Take the dump with endpoints'],
  ['dump-without-clusters', {}, fullDump],
  ['cluster-unnamed', {}, 'Send the header that the route takes'],
  ['cluster-missing', { cluster: 'a' }, noCluster],
  ['cluster-missing', { cluster: 'a', subsets: ['v1'] }, 'The route names a subset that is not defined'],
  ['cluster-missing', { cluster: 'BlackHoleCluster', subsets: ['v1'] }, blocked],
  ['cluster-missing', { cluster: 'UnknownService' }, 'A backendRef of the HTTPRoute cannot be used'],
  ['cluster-not-serving', { state: 'error' }, rejected],
  ['cluster-not-serving', { state: 'warming' }, awaits],
  ['cluster-not-serving', { state: 'removed' }, noCluster],
  ['destination-unknown', {}, 'Only a connection that was redirected'],
  ['requests-dropped', {}, 'The control plane sheds load here'],
  ['maintenance-mode', {}, 'Take the key out of the runtime'],
  ['threshold-zero', {}, 'Raise the threshold'],
  ['endpoints-missing', { cluster: 'a' }, selects],
  ['endpoints-missing', { cluster: 'a' }, selects, { clusterType: 'EDS' }],
  ['endpoints-missing', { cluster: 'BlackHoleCluster' }, blocked, { clusterType: 'STATIC' }],
  ['endpoints-missing', { cluster: 'a' }, itself, { clusterType: 'STRICT_DNS' }],
  ['endpoints-missing', { cluster: 'a' }, itself, { clusterType: 'LOGICAL_DNS' }],
  ['endpoints-missing', { cluster: 'outbound|80|v1|a.b.svc' }, 'No pod has the labels of subset v1'],
  ['endpoints-unhealthy', { causes: [] }, 'Look at the endpoints: kubectl proxy-config endpoints --status unhealthy'],
  ['endpoints-unhealthy', { causes: [{ cause: 'ejected' }, { cause: 'check-failed' }] }, 'Why did they fail?'],
  ['endpoints-unhealthy', { causes: [{ cause: 'check-failed' }] }, healthChecks],
  ['endpoints-unhealthy', { causes: [{ cause: 'check-pending' }] }, healthChecks],
  ['endpoints-unhealthy', { causes: [{ cause: 'check-failed-at-once' }] }, 'The servers ask to be left out'],
  ['endpoints-unhealthy', { causes: [{ cause: 'eds-unhealthy' }] }, notReady],
  ['endpoints-unhealthy', { causes: [{ cause: 'eds-draining' }] }, notReady],
  ['endpoints-unhealthy', { causes: [{ cause: 'eds-timeout' }] }, notReady],
  ['forward-proxy-host-not-looked-up', {}, "Rewrite the host in the filter's own"],
  ['session-endpoint-unavailable', {}, 'The endpoint of the session is gone'],
  ['panic-fails', {}, 'Look at the endpoints: kubectl proxy-config endpoints.'],
  ['localities-without-weight', {}, 'Give localities a load_balancing_weight'],
  ['subset-without-endpoints', {}, 'No endpoint has this metadata'],
  ...[
    'listener-depends-on-unknown',
    'filter-chain-depends-on-unknown',
    'route-depends-on-unknown',
    'tls-requirement-depends-on-unknown',
    'internal-headers-depend-on-unknown',
    'original-destination-unknown',
    'destination-depends-on-unknown',
    'tcp-cluster-depends-on-unknown',
    'header-unknown',
    'depends-on-unknown',
  ].flatMap((code): [string, object, string | undefined][] => [
    [code, { unknown: ['address', 'time'] }, sayAddress],
    [code, { unknown: ['time'] }, undefined],
  ]),
  ['depends-on-unknown', { unknown: ['source'] }, 'Say where the client is: --source IP.'],
  ['depends-on-unknown', { unknown: ['source_port'] }, 'Say where the client is, with its port'],
  ['depends-on-unknown', { unknown: ['peer'] }, 'Say where the connection comes from'],
  ['depends-on-unknown', { unknown: ['claims'] }, 'Say what the token of the client says'],
  [
    'depends-on-unknown',
    { unknown: ['host', 'sni'] },
    'Say which host the request names: --host NAME. Say which server the client names',
  ],
  ['depends-on-unknown', { unknown: ['principal'] }, 'Say who the client is'],
  [
    'rbac-denied',
    { policy: 'ns[shop]-policy[no-admin]-rule[0]' },
    'AuthorizationPolicy no-admin of namespace shop denies it',
  ],
  ['rbac-denied', { policy: 'any' }, inWords],
  ['rbac-no-policy-matches', { action: 'ALLOW' }, 'Once a workload has an ALLOW policy'],
  ['rbac-no-policy-matches', { action: 'DENY' }, inWords],
  ['rbac-matcher-no-match', {}, inWords],
  ['jwt-missing', {}, 'Send a token, or exempt the path'],
  ['jwt-invalid', {}, 'Compare the token with issuer'],
  ['mutual-tls-required', {}, onlyTls],
  ['basic-auth-refused', {}, 'Send user and password'],
  ['api-key-refused', {}, 'Send the key where key_sources says'],
  ['csrf-origin-refused', {}, 'Send the Origin of a page of this host'],
  ['ext-authz-denies-when-off', {}, 'Switch the filter on'],
  ['ecds-not-delivered', {}, 'Ask the control plane why'],
  ['jwt-requirement-unknown', {}, 'Send a token, or exempt the path'],
  ['fault-injected', {}, 'A fault is injected on purpose'],
  ['routes-by-own-protocol', {}, 'This filter has routes of its own'],
  ['body-too-large', {}, 'Raise max_request_bytes'],
]

/** Ends at which there is nothing to do. */
const without = [
  'transport-socket-unknown',
  'https-url-over-plaintext',
  'extended-connect-not-allowed',
  'http2-path-invalid',
  'header-with-underscore',
  'path-without-slash',
  'virtual-host-on-demand',
  'route-redirects',
  'route-action-unknown',
  'cluster-specifier-plugin-decides',
  'sent-to-cluster',
  'session-endpoint-not-in-dump',
  'matcher-input-unknown',
  'matcher-unknown',
  'health-check-answered',
  'cors-preflight-answered',
  'connection-answered',
]

function begins(advice: string | undefined, start: string | undefined, what: string): void {
  if (start === undefined) assert.equal(advice, undefined, what)
  else assert.equal(advice?.slice(0, start.length), start, what)
}

test('the next step at each way to end', () => {
  for (const [code, args, start, hop] of table)
    begins(adviceFor(outcomeOf(code, args), hop && hopOf(hop)), start, `${code} ${JSON.stringify([args, hop])}`)
  for (const code of without) assert.equal(adviceFor(outcomeOf(code), undefined), undefined, code)
  const told = new Set([...table.map(([code]) => code), ...without])
  assert.deepEqual(Object.keys(adviceByCode).toSorted(), [...told].toSorted())
})

/** Warnings that ask for something, the most urgent first. */
const warnings = [
  ['certificate-expired', 'Renew the certificate'],
  ['connection-reused', 'Serve the hosts of one certificate'],
  ['connection-for-other-host', 'Serve the hosts of one certificate'],
  ['roots-expired', 'Renew the certificate'],
  ['newer-version-rejected', rejected],
  ['listener-rejected', rejected],
  ['updates-rejected', rejected],
  ['client-not-passed-on', 'If the peer forwards HTTP'],
  ['service-port-unknown', 'A Service answers on its own ports only'],
  ['plaintext-to-tls-port', 'If the servers speak TLS there'],
  ['tls-inside-tls', 'Let one side begin TLS'],
  ['http2-not-answered', 'Take http2_protocol_options out'],
  ['http-as-bytes', 'If the servers speak HTTP'],
  ['grpc-over-http1', 'The cluster has to speak HTTP/2'],
  ['upgrade-over-http2', 'For WebSocket the cluster'],
  ['connections-failed', 'Does a pod have that address'],
  ['limit-reached', 'Raise the limit'],
] as const

const quiet = [
  'certificate-not-yet-valid',
  'roots-not-yet-valid',
  'certificate-without-name',
  'newer-version-warming',
  'older-version-draining',
  'filter-chains-draining',
  'listener-warming',
  'secret-of-cluster-awaited',
  'endpoints-not-reported',
]

const warned = (...codes: readonly string[]): Hop => hopOf({ warnings: codes.map((code) => ({ code, args: {} })) })
const sent = outcomeOf('sent-to-cluster', {}, 'upstream')

test('what a warning asks for, the most urgent first, where the end itself asks for nothing', () => {
  for (const [at, [code, start]] of warnings.entries()) {
    begins(adviceFor(sent, warned(code)), start, code)
    const others = warnings.slice(at + 1).map(([other]) => other)
    begins(adviceFor(sent, warned(...others.toReversed(), code, ...quiet)), start, `${code} before others`)
    begins(adviceFor(outcomeOf('host-empty'), warned(code)), 'Send a Host header', `${code}, and an end with advice`)
  }
  assert.equal(adviceFor(sent, warned(...quiet)), undefined)
  for (const [cause, start] of [
    ['redirect-loop', 'Redirect at the load balancer alone'],
    ['cors-comes-later', 'Put the CORS filter first'],
  ] as const)
    begins(adviceFor(outcomeOf('host-empty'), warned('certificate-expired', cause)), start, cause)
})

test('where nothing matches, the version that is not in use yet may have it', () => {
  const ends = (kind: OutcomeKind, ...codes: string[]) =>
    adviceFor(outcomeOf('route-missing', {}, kind), warned(...codes))
  const own = 'Compare path, method and headers'
  for (const kind of ['noFilterChain', 'noRoute'] as const) {
    begins(ends(kind, 'newer-version-rejected', 'newer-version-warming'), rejected, kind)
    begins(ends(kind, 'listener-rejected'), rejected, kind)
    begins(ends(kind, 'updates-rejected'), own, kind)
  }
  begins(ends('noRoute', 'connection-for-other-host', 'newer-version-rejected'), 'Serve the hosts', 'noRoute')
  begins(ends('noFilterChain', 'connection-for-other-host'), own, 'only for a route')
  for (const code of ['newer-version-rejected', 'newer-version-warming', 'connection-for-other-host'])
    begins(ends('noCluster', code), own, code)
  const warming = (...secrets: readonly string[][]) =>
    adviceFor(
      outcomeOf('route-missing', {}, 'noRoute'),
      hopOf({ warnings: secrets.map((each) => ({ code: 'newer-version-warming', args: { secrets: each } })) }),
    )
  begins(warming([]), 'A newer version (see the warning) may have it', 'no secret')
  begins(warming(['a'], ['b', 'c-cacert']), 'That secret has the CA', 'a secret with a CA')
})

test('a Service that is hidden from the proxy, by what hides it', () => {
  const hidden = (by: object) =>
    adviceFor(
      outcomeOf('host-empty'),
      hopOf({ warnings: [{ code: 'service-hidden', args: { service: 'a.shop', from: 'web', hidden: by } }] }),
    )
  begins(
    hidden({ by: 'exportTo' }),
    'Add web to its exportTo, or take the annotation away: kubectl annotate service a -n shop',
    'exportTo',
  )
  begins(
    hidden({ by: 'Sidecar', name: 'S', namespace: 'N' }),
    'Add "shop/*" or "shop/a.shop.svc.cluster.local" to egress of the Sidecar: kubectl edit sidecar S -n N',
    'Sidecar',
  )
  begins(hidden({ by: 'unknown' }), 'Has istiod sent it (kubectl proxy-status)', 'unknown')
})

test('the words of the control plane: behind the step, and for backends that it did not find', () => {
  assert.match(adviceFor(outcomeOf('threshold-zero'), undefined, istio) ?? '', /^Raise the threshold: .* Istio: /)
  const answers = (status: number | undefined, code = 'route-answers') =>
    adviceFor({ ...outcomeOf(code), ...(status === undefined ? {} : { status }) }, undefined, contour)
  for (const status of [500, 503]) begins(answers(status), 'Is the answer meant?', String(status))
  for (const status of [undefined, 200, 499]) begins(answers(status), undefined, String(status))
  begins(answers(503, 'route-redirects'), undefined, 'another end')
  begins(adviceFor({ ...outcomeOf('route-answers'), status: 503 }, undefined, istio), undefined, 'no word for it')
})
