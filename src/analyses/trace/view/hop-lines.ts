import { percent } from '../../../envoy/text/percent.ts'
import type { FilterVerdict } from '../../../semantics/filters/filter-result.ts'
import type { Reason } from '../../../semantics/reasons/reason.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'
import { unhealthyText } from '../../../semantics/reasons/unhealthy-causes.ts'
import { apiObjectsText } from '../../../walk/api-object.ts'
import type { EndpointChoice, Hop, HopReasons } from '../../../walk/trace-result.ts'
import { limitsText, policyTexts, timeoutTexts, tlsText } from './setting-texts.ts'

export interface HopTextOptions {
  /** Also show what was considered and rejected. */
  readonly explain?: boolean
  /** Endpoints named before the rest is only counted. */
  readonly endpoints?: number
}

/** A line about a hop: which part of it, the name of that, and why it was chosen. */
export interface HopLine {
  readonly part: string
  readonly name: string
  readonly why?: string | undefined
}

/** A hop from top to bottom: a line per part of the way, with the reason and the API object behind it. */
export function hopLines(hop: Hop, { explain = false, endpoints = 10 }: HopTextOptions): HopLine[] {
  const { considered, reasons } = hop
  const because = (part: keyof HopReasons | 'routeConfiguration'): string => {
    const object = hop.objects[part]
    const reason = part === 'routeConfiguration' ? undefined : reasons[part]
    return joined([sentence(reason), object === undefined ? undefined : `[${apiObjectsText(object)}]`], ' ')
  }
  const rejectedLines = (lines: readonly HopLine[] | undefined): readonly HopLine[] => (explain ? (lines ?? []) : [])
  const filters = filterLines(hop.filters, explain)
  const http = hop.protocol === 'http'
  return [
    ...line('listener', hop.listener, because('listener')),
    ...clientLines(hop),
    ...line('chain', hop.filterChain, joined([because('filterChain'), tlsWhy(hop)], '; ')),
    ...rejectedLines(considered.filterChains?.map(({ name, reason }) => rejectedLine(name, reasonText(reason)))),
    ...line('cert', hop.certificate?.name, certificateWhy(hop)),
    ...(http ? [] : filters),
    ...line('routes', tableName(hop), joined([hop.routeConfigurationSource, because('routeConfiguration')], ' ')),
    ...line('host', hop.virtualHost, because('virtualHost')),
    ...rejectedLines(considered.routes?.map(({ route, reason }) => rejectedLine(route, reasonText(reason)))),
    ...line('route', hop.routeMatch, because('route')),
    ...rejectedLines(considered.shadowed?.map((route) => rejectedLine(route, 'shadowed: would match as well'))),
    ...(http ? filters : []),
    ...line('cluster', hop.cluster, joined([because('cluster'), hop.clusterType], ', ')),
    ...settingLines(hop, explain),
    ...endpointLines(hop.endpoints ?? [], endpointsWhy(reasons), endpoints),
    ...rejectedLines(considered.endpoints?.map(({ address, reason }) => rejectedLine(address, reasonText(reason)))),
  ]
}

function sentence(reason: Reason | undefined): string | undefined {
  return reason === undefined ? undefined : reasonText(reason)
}

function endpointsWhy({ subset, panic, zones, endpoints }: HopReasons): string {
  return joined([sentence(subset), sentence(panic), sentence(zones), sentence(endpoints)], '; ')
}

function line(part: string, name: string | undefined, why: string): HopLine[] {
  return name === undefined ? [] : [{ part, name, why: why === '' ? undefined : why }]
}

function rejectedLine(name: string, why: string): HopLine {
  return { part: '  not', name, why }
}

function joined(texts: readonly (string | undefined)[], separator: string): string {
  return texts.filter((text) => text !== undefined && text !== '').join(separator)
}

function tableName({ routeConfiguration }: Hop): string | undefined {
  return routeConfiguration === '' ? '(unnamed)' : routeConfiguration
}

/** Where the client is not the peer of the connection: who it is for Envoy, and who says so. */
function clientLines({ connection = { transport: '' } }: Hop): HopLine[] {
  const { source = 'unknown', peer, proxyProtocol } = connection
  if (proxyProtocol === undefined) return []
  const from = peer === undefined ? 'its peer, which is not known' : peer
  const why = proxyProtocol === 'required' ? 'required of' : 'accepted from'
  return line('client', source, `by the PROXY protocol, ${why} ${from}`)
}

function tlsWhy({ connection }: Hop): string | undefined {
  const { tlsTerminated, sni, transport } = connection ?? {}
  if (tlsTerminated) return sni === undefined ? 'TLS ends here' : `TLS ends here, SNI ${sni}`
  return transport === 'tls' ? 'TLS passes through' : undefined
}

function certificateWhy({ certificate, reasons }: Hop): string {
  const { names, notAfter } = certificate ?? {}
  return joined([sentence(reasons.certificate), names?.join(' '), notAfter && `until ${notAfter}`], ', ')
}

/** Filters that leave the request alone are not listed. @param explain also what a service is asked about */
function filterLines(filters: readonly FilterVerdict[] = [], explain: boolean): HopLine[] {
  return filters
    .filter(({ verdict, reason }) => verdict !== 'passes' || reason !== undefined)
    .flatMap(({ name, verdict, reason }): HopLine[] => [
      { part: 'filter', name, why: reason === undefined ? verdict : `${verdict}: ${reasonText(reason)}` },
      ...(explain ? descriptorLines(reason) : []),
    ])
}

function descriptorLines(reason: Reason | undefined): HopLine[] {
  const descriptors = reason?.code === 'rate-limit-descriptors-decide' ? reason.args.descriptors : []
  return descriptors.map((descriptor) => ({ part: '  for', name: `descriptor ${descriptor}` }))
}

function settingLines(
  { policy, timeouts, limits, upstream, upstreamProtocol, tls, routeMatch }: Hop,
  explain: boolean,
): HopLine[] {
  const lines = [
    ...(timeouts === undefined ? [] : timeoutTexts(timeouts, explain)),
    ...(policy === undefined ? [] : policyTexts(policy)),
    ...(limits === undefined ? [] : [limitsText(limits)]),
  ]
  if (upstream?.path !== undefined && routeMatch !== undefined)
    lines.push(`sent as ${upstream.authority ?? "the endpoint's host name"}${upstream.path}`)
  if (tls !== undefined) lines.push([upstreamProtocol, tlsText(tls)].filter(Boolean).join(', '))
  return lines.map((name) => ({ part: '', name }))
}

function endpointLines(endpoints: readonly EndpointChoice[], reason: string, max: number): HopLine[] {
  const lines: HopLine[] = endpoints
    .slice(0, max)
    .map(({ address, probability, locality, health, unhealthyCauses, priority, cluster }) => ({
      part: 'endpoint',
      name: address,
      why: [
        endpoints.length === 1 ? undefined : percent(probability),
        locality,
        health === 'unhealthy' ? unhealthyText(unhealthyCauses ?? []) : health,
        priority === undefined ? undefined : `priority ${priority}`,
        cluster === undefined ? undefined : `of ${cluster}`,
      ]
        .filter((fact) => fact !== undefined)
        .join(', '),
    }))
  const rest = endpoints.slice(max)
  const share = rest.reduce((sum, { probability }) => sum + probability, 0)
  if (rest.length > 0) lines.push({ part: '', name: `and ${rest.length} more, ${percent(share)} together` })
  if (reason !== '') lines.push({ part: '', name: reason })
  return lines
}
