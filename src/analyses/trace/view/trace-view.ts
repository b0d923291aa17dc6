import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import type { TraceRequest } from '../../../semantics/request.ts'
import { type View, type ViewColumn, withTones } from '../../../view.ts'
import { describeRequest } from '../../../walk/request/describe-request.ts'
import type { Alternative, Hop, Trace } from '../../../walk/trace-result.ts'
import type { TracedCluster } from '../../traffic/traced-clusters.ts'
import { dot, mermaid } from './drawing.ts'
import { traceGraph } from './graph.ts'
import { outcomeTone } from './outcome-tone.ts'
import { alternativeDocuments } from './trace-document.ts'
import { renderText } from './trace-text.ts'
import { trafficLines } from './traffic-lines.ts'

/** A request and where it goes, through one proxy or on through the next. */
export interface TracedRequest {
  /** Names the proxy, or the case of a requests file. */
  readonly label: string
  readonly request: TraceRequest
  readonly trace: Trace
  /** Where the port of a Service can lead to several: the request at another one than the first. */
  readonly otherPort?: number | undefined
  /** Of a proxy that a request was followed to: for which endpoint of the proxy before, and those that were not followed. */
  readonly endpoint?: { readonly followed: string; readonly others: readonly string[] }
  /** With `--traffic`: what the clusters on its way count. */
  readonly traffic?: readonly TracedCluster[]
}

/** Columns of hops. */
export const traceColumns: readonly ViewColumn[] = [
  { header: 'PROXY', key: 'proxy' },
  { header: 'PROBABILITY', key: 'probability', types: ['number'] },
  { header: 'LISTENER', key: 'listener', missing: '-' },
  { header: 'FILTER CHAIN', key: 'filterChain', missing: '-' },
  { header: 'ROUTE CONFIGURATION', key: 'routeConfiguration', missing: '-' },
  { header: 'VIRTUAL HOST', key: 'virtualHost', missing: '-' },
  { header: 'ROUTE', key: 'route', missing: '-' },
  { header: 'CLUSTER', key: 'cluster', missing: '-' },
  { header: 'ENDPOINTS', key: 'endpoints', missing: '-' },
  { header: 'OUTCOME', key: 'outcome' },
  { header: 'STATUS', key: 'status', missing: '-', types: ['number'] },
  { header: 'FLAGS', key: 'flags', missing: '-' },
  { header: 'CONDITIONS', key: 'conditions', missing: '-' },
]

/** The traces of one request as a View: a story to read, rows by hop, a document, drawings. */
export function traceView(traced: readonly TracedRequest[], explain: boolean, notes: readonly string[]): View {
  const [only, ...others] = traced
  const documents = traced.map(traceDocument)
  return {
    kind: 'trace',
    columns: traceColumns,
    rows: traced.flatMap(({ label, trace }) =>
      trace.alternatives
        .flatMap((alternative) => hopRows(label, alternative))
        .map((row) => (others.length === 0 ? row : { ...row, proxy: label })),
    ),
    document: () => (only !== undefined && others.length === 0 ? { value: documents[0] } : { list: documents }),
    raw: () => ({ list: documents }),
    texts: {
      table: () => [
        ...traced.flatMap((each, index) => [
          ...(index === 0 ? [] : ['', thenIn(each)]),
          ...renderText(each.request, each.trace, { explain }),
        ]),
        ...trafficLines(traced.flatMap(({ label, traffic }) => (traffic === undefined ? [] : [{ label, traffic }]))),
      ],
      mermaid: () => drawn(traced, mermaid),
      dot: () => drawn(traced, dot),
    },
    notes,
    empty: 'Nothing was traced.',
  }
}

/** Endpoints that are named before the rest is only counted. */
const maxNamed = 3

/** `Then, in reviews-v1.shop, at endpoint 10.0.0.5:9080 (not followed: 10.0.0.6:9080):` */
function thenIn({ label, endpoint, otherPort }: TracedRequest): string {
  if (otherPort !== undefined) return `Or, at port ${otherPort}:`
  if (endpoint === undefined) return `Then, in ${label}:`
  const { followed, others } = endpoint
  const more = others.length > maxNamed ? ` and ${others.length - maxNamed} more` : ''
  const left = others.length === 0 ? '' : ` (not followed: ${others.slice(0, maxNamed).join(', ')}${more})`
  return `Then, in ${label}, at endpoint ${followed}${left}:`
}

/** `-o json`: the request and its alternatives, each with `probability`, `hops[]` and `outcome`. */
function traceDocument({ label, request, trace, traffic }: TracedRequest): object {
  return {
    proxy: label,
    request,
    alternatives: alternativeDocuments(trace.alternatives),
    ...(traffic === undefined ? {} : { traffic }),
  }
}

function drawn(traced: readonly TracedRequest[], draw: typeof mermaid): string[] {
  return traced.flatMap(({ request, trace }) => draw(traceGraph(describeRequest(request), trace)))
}

function hopRows(label: string, { probability, hops, outcome }: Alternative): View['rows'] {
  const last = hops.at(-1)
  const conditions = outcome.conditions.map(conditionText).join('; ') || undefined
  const ends = [outcome.kind, outcome.status, outcome.flags, conditions]
  const tones = withTones({ outcome: outcomeTone(outcome) })
  const cells = (hop: Hop | undefined, end: readonly (string | number | undefined)[]) => [
    label,
    probability,
    hop?.listener,
    hop?.filterChain,
    hop?.routeConfiguration,
    hop?.virtualHost,
    hop?.route || hop?.routeMatch,
    hop?.cluster,
    hop?.endpoints?.map(({ address }) => address).join(','),
    ...end,
  ]
  if (last === undefined) return [{ name: label, cells: cells(undefined, ends), ...tones }]
  return hops.map((hop) => ({
    name: nameOf(hop),
    cells: cells(hop, hop === last ? ends : ['next hop', undefined, undefined, undefined]),
    ...(hop === last ? tones : {}),
  }))
}

/** The parts that a request passes, one after the other; a route without a name by its place and path. */
function nameOf({ listener, filterChain, protocol, routeConfiguration, virtualHost, route, routeMatch, cluster }: Hop) {
  const parts = protocol === 'http' ? [routeConfiguration, virtualHost, route || routeMatch] : [filterChain]
  return [listener, ...parts, cluster].filter(Boolean).join('/')
}
