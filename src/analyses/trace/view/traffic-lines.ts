import { percent } from '../../../envoy/text/percent.ts'
import { amplification, type TracedCluster } from '../../traffic/traced-clusters.ts'

/** What one proxy counts on the way of a request. */
export interface ProxyTraffic {
  readonly label: string
  readonly traffic: readonly TracedCluster[]
}

/**
 * `--traffic` as text: a line for each cluster on the way, and what retries multiply to where the way is one.
 * @param proxies in the order of the way
 */
export function trafficLines(proxies: readonly ProxyTraffic[]): string[] {
  const clusters = proxies.flatMap(({ traffic }) => traffic)
  if (clusters.length === 0) return []
  const isOneWay = proxies.every(({ traffic }) => traffic.length === 1)
  return [
    '',
    'Traffic since each proxy started, by whatever route it came:',
    ...proxies.flatMap(({ label, traffic }) =>
      traffic.map((one) => `  ${proxies.length === 1 ? '' : `${label}: `}${one.cluster}: ${countsText(one)}`),
    ),
    ...(isOneWay && clusters.length > 1 ? [`  ${productText(clusters)}`] : []),
  ]
}

function countsText(one: TracedCluster): string {
  const { attempts, errors, requests, retries, maxAttempts } = one
  const most = maxAttempts === 1 ? 'the route does not retry' : `the route allows ${maxAttempts} attempts`
  const share =
    attempts === undefined || errors === undefined || attempts < errors || attempts === 0
      ? ''
      : ` (${percent(errors / attempts)})`
  const hosts =
    attempts === undefined ? 'hosts are not known' : `${attempts} sent to hosts, ${errors ?? 0} errors${share}`
  const factor = amplification(one)
  const retried =
    requests === undefined
      ? 'the proxy keeps no count of retries'
      : `${retries ?? 0} retries of ${requests} requests${factor === undefined ? '' : `: ${factorText(factor)} attempts each`}`
  return `${hosts}; ${retried}; ${most}`
}

/** `Retries along the way: 1.25 x 1.1 = 1.38 attempts at the end for each request; as configured at most 3 x 3 = 9` */
function productText(clusters: readonly TracedCluster[]): string {
  const most = clusters.map(({ maxAttempts }) => maxAttempts)
  const configured = `as configured at most ${most.join(' x ')} = ${product(most)}`
  const factors = clusters.flatMap((one) => amplification(one) ?? [])
  if (factors.length < clusters.length)
    return `Retries along the way: ${configured}; what is counted is not known of all`
  return `Retries along the way: ${factors.map(factorText).join(' x ')} = ${factorText(product(factors))} attempts at the end for each request; ${configured}`
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1)
}

function factorText(factor: number): string {
  return String(Math.round(factor * 100) / 100)
}
