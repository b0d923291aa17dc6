import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import { conditionsOf } from '../walk/conditions.ts'
import type { Alternative, Hop, Trace } from '../walk/trace-result.ts'

/** A trace as a drawing: what the alternatives share is one node. */
export interface TraceGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphNode {
  readonly id: string
  readonly kind: 'request' | 'listener' | 'chain' | 'host' | 'route' | 'condition' | 'cluster' | 'endpoint' | 'outcome'
  readonly label: string
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** Share of all requests, 0 to 1. */
  readonly probability: number
}

/** The ways of a trace as nodes and edges, in the order of the walk. @param title label of the first node */
export function traceGraph(title: string, { alternatives }: Trace): TraceGraph {
  const nodes = new Map<string, GraphNode>()
  const edges = new Map<string, GraphEdge>()
  const node = (kind: GraphNode['kind'], label: string, scope: string): string => {
    const key = `${scope}\n${kind}\n${label}`
    const known = nodes.get(key)
    if (known !== undefined) return known.id
    const id = `n${nodes.size}`
    nodes.set(key, { id, kind, label })
    return id
  }
  const edge = (from: string, to: string, probability: number): void => {
    const key = `${from} ${to}`
    edges.set(key, { from, to, probability: (edges.get(key)?.probability ?? 0) + probability })
  }
  const start = node('request', title, '')
  for (const alternative of alternatives) {
    let at = start
    for (const [index, [kind, label]] of steps(alternative).entries()) {
      const next = node(kind, label, String(index))
      edge(at, next, alternative.probability)
      at = next
    }
    finish(alternative, at, node, edge)
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] }
}

type Step = readonly [GraphNode['kind'], string]

function steps({ hops }: Alternative): Step[] {
  return hops.flatMap((hop): Step[] => [
    ...(hop.acceptedBy === undefined ? [] : [['listener', hop.acceptedBy] as const]),
    ['listener', hop.listener],
    ...part('chain', hop.filterChain),
    ...part('host', hop.virtualHost),
    ...part('route', hop.routeMatch),
    ...conditionsOf([hop]).map((condition) => ['condition', `if ${conditionText(condition)}`] as const),
    ...part('cluster', hop.cluster),
  ])
}

function part(kind: GraphNode['kind'], label: string | undefined): Step[] {
  return label === undefined || label === '' ? [] : [[kind, label]]
}

/** Endpoints of the last hop, or the outcome when the request does not get there. */
function finish(
  { hops, outcome, probability }: Alternative,
  at: string,
  node: (kind: GraphNode['kind'], label: string, scope: string) => string,
  edge: (from: string, to: string, probability: number) => void,
): void {
  const last: Hop | undefined = hops.at(-1)
  const reached = outcome.kind === 'upstream' || outcome.kind === 'tcp'
  if (reached && last?.endpoints !== undefined) {
    for (const endpoint of last.endpoints) {
      edge(at, node('endpoint', endpoint.address, ''), probability * endpoint.probability)
    }
    return
  }
  const label = [outcome.kind, outcome.status, outcome.flags, outcome.location]
    .filter((fact) => fact !== undefined)
    .join(' ')
  edge(at, node('outcome', label, ''), probability)
}
