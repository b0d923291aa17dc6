import { percent } from '../../../envoy/text/percent.ts'
import type { UpstreamTls } from '../../../semantics/clusters/upstream-tls.ts'
import { type LimitInUse, limitNouns } from '../../../semantics/reasons/limit-in-use.ts'
import type { RoutePolicy } from '../../../semantics/routes/route-policy.ts'
import type { Timeout, TimeoutCode } from '../../../semantics/routes/timeouts.ts'

/** What a route sets beside its destination, one text each. */
export function policyTexts({ retry, mirrors = [], hashOn, requestHeaders, responseHeaders }: RoutePolicy): string[] {
  const changes = (side: string, headers: RoutePolicy['requestHeaders']): string[] =>
    headers === undefined
      ? []
      : [
          `${side} headers: ${[...headers.add.map((text) => `+${text}`), ...headers.remove.map((name) => `-${name}`)].join(', ')}`,
        ]
  return [
    ...(retry === undefined
      ? []
      : [
          `${retry.attempts} retries on ${retry.retryOn}${retry.perTryTimeout === undefined ? '' : `, ${retry.perTryTimeout} each`}`,
        ]),
    ...mirrors.map(({ cluster, probability }) => `${percent(probability)} mirrored to ${cluster}`),
    ...(hashOn === undefined ? [] : [`sticky by ${hashOn.join(', ')}`]),
    ...changes('request', requestHeaders),
    ...changes('response', responseHeaders),
  ]
}

/**
 * Which time limit ends the request, and with `all` every other that applies, in the order in which they end it: `timeout 15s`,
 * `timeout 1s without a byte, by the route's idle_timeout: 504 SI`.
 */
export function timeoutTexts(timeouts: readonly Timeout[], all: boolean): string[] {
  // What limits connecting and the arrival of the request leaves the wait for an answer without an end.
  const [first, ...others] = timeouts.filter(({ phase }) => phase !== 'connecting' && phase !== 'request')
  if (all) return [...(first === undefined ? ['no timeout for the answer'] : []), ...timeouts.map(timeoutText)]
  if (first === undefined) return ['no timeout']
  // The route's own limit is what everybody reads `timeout` as.
  const route = others.find(({ code }) => code === 'route')
  if (first.code === 'route') return [`timeout ${seconds(first)}`]
  return [timeoutText(first), ...(route === undefined ? [] : [`timeout ${seconds(route)} of the route comes later`])]
}

function timeoutText(timeout: Timeout): string {
  const ends = [timeout.status, timeout.flags].filter(Boolean).join(' ')
  return `timeout ${seconds(timeout)} ${timeoutWords[timeout.code]}${ends === '' ? '' : `: ${ends}`}`
}

function seconds({ milliseconds }: Timeout): string {
  return milliseconds < 1000 ? `${milliseconds}ms` : `${milliseconds / 1000}s`
}

const timeoutWords: Readonly<Record<TimeoutCode, string>> = {
  route: "for the answer, by the route's timeout",
  'grpc-timeout': "for the answer, by the request's grpc-timeout",
  'request-header': 'for the answer, by x-envoy-upstream-rq-timeout-ms',
  'stream-idle': "without a byte, by the connection manager's stream_idle_timeout",
  'route-idle': "without a byte, by the route's idle_timeout",
  'max-stream-duration': "in all, by the connection manager's max_stream_duration",
  'route-max-stream-duration': "in all, by the route's max_stream_duration",
  'upstream-max-stream-duration': "in all upstream, by the cluster's max_stream_duration",
  'per-try': 'for each try, by per_try_timeout',
  'per-try-idle': 'without a byte in a try, by per_try_idle_timeout',
  connect: "to connect, by the cluster's connect_timeout",
  request: 'for the whole request to arrive, by request_timeout',
  'tcp-idle': 'without a byte, by idle_timeout of the TCP proxy',
  'tcp-max-duration': 'in all, by max_downstream_connection_duration of the TCP proxy',
  'request-headers': 'for the headers to arrive, by request_headers_timeout',
}

/** `circuit breakers: 2 of 2 requests, 0 of 1 waiting requests`, of members of an aggregate cluster with their names. */
export function limitsText(limits: readonly LimitInUse[]): string {
  const several = new Set(limits.map(({ cluster }) => cluster)).size > 1
  const texts = limits.map(({ cluster, limit, inUse, max }) => {
    const text = `${inUse} of ${max} ${limitNouns[limit]}`
    return several ? `${text} of ${cluster}` : text
  })
  return `circuit breakers: ${texts.join(', ')}`
}

/** What the upstream connection does about TLS. */
export function tlsText({ mode, proxyProtocol, sni, certificate, sans, match }: UpstreamTls): string {
  const facts = [
    proxyProtocol === undefined ? undefined : `after a header of the PROXY protocol ${proxyProtocol}`,
    sni === undefined ? undefined : `SNI ${sni}`,
    certificate === undefined ? undefined : `certificate ${certificate}`,
    sans === undefined ? undefined : `expects ${sans.join(' or ')}`,
  ]
  const text = [modes[mode], ...facts.filter((fact) => fact !== undefined)].join(', ')
  return match === undefined ? text : `${text} (${match})`
}

const modes: Readonly<Record<UpstreamTls['mode'], string>> = {
  plaintext: 'plaintext',
  tls: 'TLS',
  'mutual tls': 'mutual TLS',
  internal: 'inside the proxy',
}
