import { percent } from '../../../envoy/text/percent.ts'
import type { UpstreamTls } from '../../../semantics/clusters/upstream-tls.ts'
import type { RoutePolicy } from '../../../semantics/routes/route-policy.ts'

/** What a route sets beside its destination, one text each. */
export function policyTexts({
  timeout,
  retry,
  mirrors = [],
  hashOn,
  requestHeaders,
  responseHeaders,
}: RoutePolicy): string[] {
  const changes = (side: string, headers: RoutePolicy['requestHeaders']): string[] =>
    headers === undefined
      ? []
      : [
          `${side} headers: ${[...headers.add.map((text) => `+${text}`), ...headers.remove.map((name) => `-${name}`)].join(', ')}`,
        ]
  return [
    ...(timeout === undefined ? [] : [timeout === '0s' ? 'no timeout' : `timeout ${timeout}`]),
    ...(retry === undefined
      ? []
      : [
          `${retry.attempts} retries on ${retry.on}${retry.perTryTimeout === undefined ? '' : `, ${retry.perTryTimeout} each`}`,
        ]),
    ...mirrors.map(({ cluster, probability }) => `${percent(probability)} mirrored to ${cluster}`),
    ...(hashOn === undefined ? [] : [`sticky by ${hashOn.join(', ')}`]),
    ...changes('request', requestHeaders),
    ...changes('response', responseHeaders),
  ]
}

/** What the upstream connection does about TLS. */
export function tlsText({ mode, sni, certificate, sans, match }: UpstreamTls): string {
  const facts = [
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
