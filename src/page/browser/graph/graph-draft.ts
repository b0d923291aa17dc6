import type { GraphEdge, GraphNode, ProxyGraph } from './graph-model.ts'

/** A graph that is being made. A node that is there already stays as it is. */
export class GraphDraft implements ProxyGraph {
  readonly nodes = new Map<string, GraphNode>()
  readonly #edges = new Map<string, GraphEdge & { conditions: string[] }>()

  /** @returns whether it is new */
  node(node: GraphNode): boolean {
    if (this.nodes.has(node.id)) return false
    this.nodes.set(node.id, node)
    return true
  }

  /** What leads from one node to another on several conditions is one edge. */
  edge(from: string, to: string, condition?: string): void {
    const key = `${from} ${to}`
    const edge = this.#edges.get(key) ?? { from, to, conditions: [] }
    if (condition !== undefined && !edge.conditions.includes(condition)) edge.conditions.push(condition)
    this.#edges.set(key, edge)
  }

  get edges(): readonly GraphEdge[] {
    return [...this.#edges.values()]
  }
}
