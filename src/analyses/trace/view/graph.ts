import { outcomeText } from '../../../semantics/outcome-text.ts'
import { conditionText } from '../../../semantics/reasons/filter-conditions.ts'
import { reasonText } from '../../../semantics/reasons/reason-text.ts'
import { apiObjectsText } from '../../../walk/api-object.ts'
import { conditionsOf } from '../../../walk/conditions.ts'
import type { Alternative, Hop, Trace } from '../../../walk/trace-result.ts'
import { endsWell } from './succeeds.ts'

/** A trace as a drawing: what the alternatives share is one node. */
export interface TraceGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export interface GraphNode {
  readonly id: string
  readonly kind: 'request' | 'listener' | 'chain' | 'host' | 'route' | 'condition' | 'cluster' | 'endpoint' | 'outcome'
  /** Its name. */
  readonly label: string
  /** Why it was chosen, or why the request ends there. */
  readonly reason?: string | undefined
  /** The API object that it was made from. */
  readonly object?: string | undefined
  /** Whether the request fails there, or may. */
  readonly state?: 'failed' | 'uncertain' | undefined
}

/** What a node holds beside its id. */
type Part = Omit<GraphNode, 'id'>

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
  const node = (part: Part, scope: string): string => {
    const key = `${scope}\n${part.kind}\n${part.label}`
    const known = nodes.get(key)
    if (known !== undefined) return known.id
    const id = `n${nodes.size}`
    nodes.set(key, { id, ...part })
    return id
  }
  const edge = (from: string, to: string, probability: number): void => {
    const key = `${from} ${to}`
    edges.set(key, { from, to, probability: (edges.get(key)?.probability ?? 0) + probability })
  }
  const start = node({ kind: 'request', label: title }, '')
  for (const alternative of alternatives) {
    let at = start
    for (const [index, part] of steps(alternative).entries()) {
      const next = node(part, String(index))
      edge(at, next, alternative.probability)
      at = next
    }
    finish(alternative, at, node, edge)
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] }
}

function steps({ hops }: Alternative): Part[] {
  return hops.flatMap((hop): Part[] => [
    ...(hop.acceptedBy === undefined ? [] : [{ kind: 'listener' as const, label: hop.acceptedBy }]),
    ...part(hop, 'listener', 'listener', hop.listener),
    ...part(hop, 'chain', 'filterChain', hop.filterChain),
    ...part(hop, 'host', 'virtualHost', hop.virtualHost),
    ...part(hop, 'route', 'route', hop.routeMatch),
    ...conditionsOf([hop]).map((condition): Part => {
      return { kind: 'condition', label: `if ${conditionText(condition)}`, state: 'uncertain' }
    }),
    ...part(hop, 'cluster', 'cluster', hop.cluster),
  ])
}

function part(
  { reasons, objects }: Hop,
  kind: GraphNode['kind'],
  key: 'listener' | 'filterChain' | 'virtualHost' | 'route' | 'cluster',
  label: string | undefined,
): Part[] {
  if (label === undefined || label === '') return []
  const reason = reasons[key]
  const object = objects[key]
  return [
    {
      kind,
      label,
      object: object && apiObjectsText(object),
      ...(reason === undefined ? {} : { reason: reasonText(reason) }),
    },
  ]
}

/** Endpoints of the last hop, or the outcome when the request does not get there. */
function finish(
  { hops, outcome, probability }: Alternative,
  at: string,
  node: (part: Part, scope: string) => string,
  edge: (from: string, to: string, probability: number) => void,
): void {
  const last: Hop | undefined = hops.at(-1)
  const reached = outcome.kind === 'upstream' || outcome.kind === 'tcp'
  if (reached && last?.endpoints !== undefined) {
    for (const endpoint of last.endpoints) {
      const part: Part = { kind: 'endpoint', label: endpoint.address, reason: endpoint.health }
      edge(at, node(part, ''), probability * endpoint.probability)
    }
    return
  }
  const label = [outcome.kind, outcome.status, outcome.flags, outcome.location]
    .filter((fact) => fact !== undefined)
    .join(' ')
  edge(at, node({ kind: 'outcome', label, reason: outcomeText(outcome), state: stateOf(outcome) }, ''), probability)
}

/** What a dump does not tell may go either way. */
function stateOf(outcome: Alternative['outcome']): GraphNode['state'] {
  if (outcome.kind === 'undecidable') return 'uncertain'
  return endsWell(outcome) ? undefined : 'failed'
}
