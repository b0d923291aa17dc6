import { adviceFor } from './advice.ts'
import { describeRequest } from './describe-request.ts'
import type { Outcome } from './outcome.ts'
import type { TraceRequest } from './request.ts'
import { percent, policyTexts, tlsText } from './setting-texts.ts'
import type { EndpointChoice, FilterVerdict, Hop, Trace } from './trace-result.ts'

export interface StoryOptions {
  /** Also tell what was considered and lost. */
  readonly explain?: boolean
  /** Endpoints named before the rest is only counted. */
  readonly endpoints?: number
}

/**
 * The trace as text, top to bottom: one line per part of the way with its name, the reason and the API object behind it, then the
 * outcome and what to do about it. Names come from the dump: escape the lines before a terminal sees them.
 */
export function tell(request: TraceRequest, { alternatives }: Trace, options: StoryOptions = {}): string[] {
  const ways = alternatives.map(({ hops }) => hops.flatMap((hop) => hopLines(hop, options)))
  const shared = sharedLines(ways)
  const layout = layoutOf(ways.flat())
  const lines = [describeRequest(request), '', ...(ways[0] ?? []).slice(0, shared).map(layout)]
  for (const [index, { probability, outcome }] of alternatives.entries()) {
    if (alternatives.length > 1)
      lines.push('', `${percent(probability)} of requests (${index + 1} of ${alternatives.length}):`)
    lines.push(...(ways[index] ?? []).slice(shared).map(layout), ...ending(outcome))
  }
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
  const partWidth = Math.max(8, ...lines.map(({ part }) => part.length))
  const nameWidth = Math.min(60, Math.max(0, ...lines.map(({ name, why }) => (why === undefined ? 0 : name.length))))
  return ({ part, name, why }) => {
    const head = `  ${part.padEnd(partWidth)}  ${why === undefined ? name : name.padEnd(nameWidth)}`
    return (why === undefined ? head : `${head}  ${why}`).trimEnd()
  }
}

function ending(outcome: Outcome): string[] {
  const { kind, status, flags, details, location, reason } = outcome
  const facts = [status, flags, details].filter((fact) => fact !== undefined && fact !== 'via_upstream')
  const advice = adviceFor(outcome)
  return [
    `  => ${[words[kind], ...facts].join(' ')}: ${reason}`,
    ...(location === undefined ? [] : [`     Location: ${location}`]),
    ...(advice === undefined ? [] : [`     Next: ${advice}`]),
  ]
}

interface Line {
  readonly part: string
  readonly name: string
  readonly why?: string | undefined
}

function hopLines(hop: Hop, options: StoryOptions): Line[] {
  const { reasons, objects, considered } = hop
  const why = (part: string): string | undefined => {
    const parts = [reasons[part], objects[part] === undefined ? undefined : `[${objects[part]}]`].filter(
      (text) => text !== undefined,
    )
    return parts.length === 0 ? undefined : parts.join(' ')
  }
  const table =
    hop.routeConfiguration === undefined
      ? []
      : [
          {
            part: 'routes',
            name: hop.routeConfiguration || '(inline)',
            why: [hop.routeConfigurationSource, why('routeConfiguration')].join(' ').trim(),
          },
        ]
  return [
    { part: 'listener', name: hop.listener, why: why('listener') },
    ...(hop.filterChain === undefined
      ? []
      : [{ part: 'chain', name: hop.filterChain, why: chainWhy(hop, why('filterChain')) }]),
    ...(options.explain
      ? (considered.filterChains ?? []).map(({ name, criterion }) => lost(name, `lost by ${criterion}`))
      : []),
    ...(hop.protocol === 'http' ? [] : filterLines(hop.filters)),
    ...table,
    ...(hop.virtualHost === undefined ? [] : [{ part: 'host', name: hop.virtualHost, why: why('virtualHost') }]),
    ...(options.explain
      ? (considered.routes ?? []).map(({ route, mismatch }) => lost(route, `${mismatch.on}: needs ${mismatch.wanted}`))
      : []),
    ...(hop.routeMatch === undefined ? [] : [{ part: 'route', name: hop.routeMatch, why: why('route') }]),
    ...(options.explain
      ? (considered.shadowed ?? []).map((route) => lost(route, 'shadowed: would match as well'))
      : []),
    ...(hop.protocol === 'http' ? filterLines(hop.filters) : []),
    ...(hop.cluster === undefined
      ? []
      : [{ part: 'cluster', name: hop.cluster, why: [why('cluster'), hop.clusterType].filter(Boolean).join(', ') }]),
    ...settingLines(hop),
    ...endpointLines(hop.endpoints ?? [], reasons.endpoints, options.endpoints ?? 10),
    ...(options.explain ? (considered.endpoints ?? []).map(({ address, why: text }) => lost(address, text)) : []),
  ]
}

function chainWhy({ connection }: Hop, reason: string | undefined): string {
  const { tlsTerminated, sni, transport } = connection ?? {}
  const terminated = tlsTerminated ? `TLS ends here${sni === undefined ? '' : `, SNI ${sni}`}` : undefined
  return [reason, terminated ?? (transport === 'tls' ? 'TLS passes through' : undefined)].filter(Boolean).join('; ')
}

function lost(name: string, why: string): Line {
  return { part: '  not', name, why }
}

/** Filters that leave the request alone are not told. */
function filterLines(filters: readonly FilterVerdict[] = []): Line[] {
  return filters
    .filter(({ verdict, reason }) => verdict !== 'passes' || reason !== undefined)
    .map(({ name, verdict, reason }) => ({ part: 'filter', name, why: [verdict, reason].filter(Boolean).join(': ') }))
}

function settingLines({ policy, upstream, tls, routeMatch }: Hop): Line[] {
  const lines = policy === undefined ? [] : policyTexts(policy)
  if (upstream?.path !== undefined && routeMatch !== undefined)
    lines.push(`sent as ${upstream.authority ?? 'the endpoint’s host name'}${upstream.path}`)
  if (tls !== undefined) lines.push(tlsText(tls))
  return lines.map((name) => ({ part: '', name }))
}

function endpointLines(endpoints: readonly EndpointChoice[], reason: string | undefined, most: number): Line[] {
  const lines: Line[] = endpoints
    .slice(0, most)
    .map(({ address, probability, locality, health, priority, cluster }) => ({
      part: 'endpoint',
      name: address,
      why: [
        endpoints.length === 1 ? undefined : percent(probability),
        locality,
        health,
        priority === undefined ? undefined : `priority ${priority}`,
        cluster === undefined ? undefined : `of ${cluster}`,
      ]
        .filter((fact) => fact !== undefined)
        .join(', '),
    }))
  const rest = endpoints.slice(most)
  const share = rest.reduce((sum, { probability }) => sum + probability, 0)
  if (rest.length > 0) lines.push({ part: '', name: `and ${rest.length} more, ${percent(share)} together` })
  if (reason !== undefined) lines.push({ part: '', name: reason })
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
  undecidable: 'cannot be told from a dump',
}
