import type { ControlPlane } from '../../../envoy/control-plane/control-plane.ts'
import { percent } from '../../../envoy/text/percent.ts'
import type { FilterVerdict } from '../../../semantics/filters/filter-result.ts'
import type { Outcome } from '../../../semantics/outcome.ts'
import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import type { Reason } from '../../../semantics/reasons/reason.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'
import { unhealthyText } from '../../../semantics/reasons/unhealthy-causes.ts'
import type { TraceRequest } from '../../../semantics/request.ts'
import type { TextLine, Tone } from '../../../view.ts'
import { apiObjectsText } from '../../../walk/api-object.ts'
import { describeRequest } from '../../../walk/request/describe-request.ts'
import type { Alternative, EndpointChoice, Hop, HopReasons, Trace } from '../../../walk/trace-result.ts'
import { adviceFor } from '../advice/advice.ts'
import { outcomeTone } from './outcome-tone.ts'
import { responseLines } from './response-lines.ts'
import { limitsText, policyTexts, timeoutTexts, tlsText } from './setting-texts.ts'

export interface TraceTextOptions {
  /** Also show what was considered and rejected. */
  readonly explain?: boolean
  /** Endpoints named before the rest is only counted. */
  readonly endpoints?: number
}

/**
 * The trace as text, top to bottom: one line per part of the way with its name, the reason and the API object behind it, then the
 * outcome and what to do about it. Names come from the dump: escape the lines before a terminal sees them.
 */
export function renderText(
  request: TraceRequest,
  { alternatives, controlPlane }: Trace,
  options: TraceTextOptions = {},
): TextLine[] {
  const ways = alternatives.map(({ hops }) => hops.flatMap((hop) => hopLines(hop, options)))
  const shared = sharedLines(ways)
  const layout = layoutOf(ways.flat())
  const lines: TextLine[] = [describeRequest(request), '', ...(ways[0] ?? []).slice(0, shared).map(layout)]
  for (const [index, alternative] of alternatives.entries()) {
    const { probability } = alternative
    if (alternatives.length > 1)
      lines.push('', `${percent(probability)} of requests (${index + 1} of ${alternatives.length}):`)
    for (const line of (ways[index] ?? []).slice(shared)) lines.push(layout(line))
    for (const line of ending(alternative, controlPlane)) lines.push(line)
  }
  const followed = alternatives.reduce((sum, { probability }) => sum + probability, 0)
  // Shares of all ways add up to 1 but for rounding.
  if (followed < 1 - 1e-6)
    lines.push('', `${percent(1 - followed)} of requests: not followed, there are too many ways; --random follows one.`)
  return lines
}

/** How many leading lines all ways have in common. */
function sharedLines(ways: readonly (readonly Line[])[]): number {
  const [first = [], ...others] = ways
  const same = (a: Line | undefined, b: Line): boolean => a?.part === b.part && a.name === b.name && a.why === b.why
  const different = first.findIndex((line, index) => !others.every((way) => same(way[index], line)))
  return different < 0 ? first.length : different
}

function layoutOf(lines: readonly Line[]): (line: Line) => string {
  let partWidth = 8
  let longestName = 0
  for (const { part, name, why } of lines) {
    partWidth = Math.max(partWidth, part.length)
    if (why !== undefined) longestName = Math.max(longestName, name.length)
  }
  const nameWidth = Math.min(60, longestName)
  return ({ part, name, why }) => {
    const head = `  ${part.padEnd(partWidth)}  ${why === undefined ? name : name.padEnd(nameWidth)}`
    return (why === undefined ? head : `${head}  ${why}`).trimEnd()
  }
}

function ending({ hops, outcome }: Alternative, plane: ControlPlane | undefined): TextLine[] {
  const { kind, status, flags, details, location, response, grpc } = outcome
  const facts = [status, flags, details].filter((fact) => fact !== undefined && fact !== '' && fact !== 'via_upstream')
  const advice = adviceFor(outcome, hops.at(-1), plane)
  return [
    toned(`  => ${[words[kind], ...facts].join(' ')}${ifText(outcome)}: ${outcomeText(outcome)}`, outcomeTone(outcome)),
    ...(location === undefined ? [] : [`     Location: ${location}`]),
    ...(response === undefined
      ? []
      : responseLines(response, grpc?.httpStatus ?? status).map((line) => `     ${line}`)),
    ...hops.flatMap(({ warnings = [] }) =>
      warnings.map((warning) => toned(`     Warning: ${reasonText(warning)}`, 'warning')),
    ),
    ...(advice === undefined ? [] : [`     Next: ${advice}`]),
  ]
}

function toned(text: string, tone: Tone | undefined): TextLine {
  return tone === undefined ? text : { text, tone }
}

/** `, if the authorization service allows it`; empty when the outcome is certain. */
function ifText({ kind, conditions }: Alternative['outcome']): string {
  if (conditions.length === 0 || kind === 'undecidable') return ''
  const texts = conditions.map(conditionText)
  const last = texts.pop()
  return `, if ${texts.length === 0 ? last : `${texts.join(', ')} and ${last}`}`
}

interface Line {
  readonly part: string
  readonly name: string
  readonly why?: string | undefined
}

function hopLines(hop: Hop, { explain = false, endpoints = 10 }: TraceTextOptions): Line[] {
  const { considered, reasons } = hop
  const because = (part: keyof HopReasons | 'routeConfiguration'): string => {
    const object = hop.objects[part]
    const reason = part === 'routeConfiguration' ? undefined : reasons[part]
    return joined([sentence(reason), object === undefined ? undefined : `[${apiObjectsText(object)}]`], ' ')
  }
  const rejectedLines = (lines: readonly Line[] | undefined): readonly Line[] => (explain ? (lines ?? []) : [])
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

function line(part: string, name: string | undefined, why: string): Line[] {
  return name === undefined ? [] : [{ part, name, why: why === '' ? undefined : why }]
}

function rejectedLine(name: string, why: string): Line {
  return { part: '  not', name, why }
}

function joined(texts: readonly (string | undefined)[], separator: string): string {
  return texts.filter((text) => text !== undefined && text !== '').join(separator)
}

function tableName({ routeConfiguration }: Hop): string | undefined {
  return routeConfiguration === '' ? '(unnamed)' : routeConfiguration
}

/** Where the client is not the peer of the connection: who it is for Envoy, and who says so. */
function clientLines({ connection = { transport: '' } }: Hop): Line[] {
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
function filterLines(filters: readonly FilterVerdict[] = [], explain: boolean): Line[] {
  return filters
    .filter(({ verdict, reason }) => verdict !== 'passes' || reason !== undefined)
    .flatMap(({ name, verdict, reason }): Line[] => [
      { part: 'filter', name, why: reason === undefined ? verdict : `${verdict}: ${reasonText(reason)}` },
      ...(explain ? descriptorLines(reason) : []),
    ])
}

function descriptorLines(reason: Reason | undefined): Line[] {
  const descriptors = reason?.code === 'rate-limit-descriptors-decide' ? reason.args.descriptors : []
  return descriptors.map((descriptor) => ({ part: '  for', name: `descriptor ${descriptor}` }))
}

function settingLines(
  { policy, timeouts, limits, upstream, upstreamProtocol, tls, routeMatch }: Hop,
  explain: boolean,
): Line[] {
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

function endpointLines(endpoints: readonly EndpointChoice[], reason: string, max: number): Line[] {
  const lines: Line[] = endpoints
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

const words: Readonly<Record<Outcome['kind'], string>> = {
  upstream: 'sent upstream',
  tcp: 'connected upstream',
  redirect: 'redirected',
  directResponse: 'answered by the proxy',
  noListener: 'no listener',
  noFilterChain: 'no filter chain',
  noRoute: 'no route',
  noCluster: 'no cluster',
  noHealthyUpstream: 'no healthy upstream',
  denied: 'denied',
  undecidable: 'not decidable from a dump',
}
