import { Graph, layout, type Point } from '@dagrejs/dagre'
import type { GraphEdge, GraphNode } from './graph-model.ts'
import { nodeSize } from './node-label.ts'
import type { VisibleGraph } from './visible-graph.ts'

/** A node with the middle of its box, in pixels. */
export interface PlacedNode {
  readonly node: GraphNode
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface PlacedEdge {
  readonly edge: GraphEdge
  readonly points: readonly Point[]
}

export interface PlacedGraph {
  readonly width: number
  readonly height: number
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

/** Lays a graph out from left to right, as a request goes through it. The same graph comes to the same picture. */
export function placedGraph({ nodes, edges }: VisibleGraph): PlacedGraph {
  const graph = new Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 36, edgesep: 6, marginx: 8, marginy: 8, ranker: 'tight-tree' })
  graph.setDefaultEdgeLabel(() => ({}))
  // Identifiers of dagre's own start with an underscore; names from outside never reach it.
  const numbers = new Map(nodes.map(({ id }, at) => [id, `n${at}`]))
  const numberOf = (id: string): string => numbers.get(id) ?? ''
  for (const node of nodes) graph.setNode(numberOf(node.id), { ...nodeSize(node) })
  for (const { from, to } of edges) graph.setEdge(numberOf(from), numberOf(to), {})
  layout(graph)
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number }
  const placed = nodes.map((node): PlacedNode => {
    const { x = 0, y = 0 } = graph.node(numberOf(node.id)) as { x?: number; y?: number }
    return { node, x, y, ...nodeSize(node) }
  })
  const lines = edges.map((edge): PlacedEdge => {
    const { points = [] } = graph.edge(numberOf(edge.from), numberOf(edge.to)) as { points?: Point[] }
    return { edge, points }
  })
  const picture = { width, height, nodes: placed, edges: lines }
  return isUpsideDown(placed) ? turned(picture) : picture
}

/** Whether most nodes of a kind stand above those that come before them in the dump. */
function isUpsideDown(nodes: readonly PlacedNode[]): boolean {
  let balance = 0
  for (const same of Map.groupBy(nodes, ({ node }) => node.kind).values())
    for (const [at, { y }] of same.entries()) balance += at === 0 ? 0 : Math.sign(y - (same[at - 1]?.y ?? y))
  return balance < 0
}

/** The picture with its top at the bottom. */
function turned({ width, height, nodes, edges }: PlacedGraph): PlacedGraph {
  return {
    width,
    height,
    nodes: nodes.map((placed) => ({ ...placed, y: height - placed.y })),
    edges: edges.map(({ edge, points }) => ({ edge, points: points.map(({ x, y }) => ({ x, y: height - y })) })),
  }
}
