import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { type GraphEdge, type GraphNode, type GraphWay, listenerId, moreId, type ProxyGraph } from './graph-model.ts'

/** What of a graph is looked at: one listener, what a text is found in, or the way of a request. */
export interface Focus {
  /** Name of a listener. */
  readonly listener?: string | undefined
  /** Found in names and details, in either case. */
  readonly search?: string | undefined
  /** Clusters whose endpoints are a node each. */
  readonly unfolded?: ReadonlySet<string> | undefined
  /** The way of a request. All of it is shown; of what stands beside it a little. */
  readonly way?: GraphWay | undefined
}

/** A part of a graph that can be read at once. */
export interface VisibleGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  /** The listener that was chosen where none was asked for. */
  readonly chosen?: string | undefined
  /** Nodes that the search found; more than are shown where it found many. */
  readonly found?: number | undefined
}

/** Nodes of a graph that is shown without a listener being chosen, and of any drawing. */
const limits = { whole: 60, drawing: 160, children: 40, besideWay: 2, found: 20 } as const

/** The part of a graph that is in focus; what does not fit is counted in nodes of kind `more`. */
export function visibleGraph(graph: ProxyGraph, focus: Focus): VisibleGraph {
  const { way, search, listener, unfolded = new Set() } = focus
  if (way !== undefined) {
    const { nodes, unfolded: ofWay, handedOver } = way
    const beside = {
      most: limits.besideWay,
      isShown: () => true,
      way: nodes,
      unfolded: new Set([...unfolded, ...ofWay]),
    }
    const shown = drawn(graph, [...nodes], beside)
    return { ...shown, edges: [...handedOver, ...shown.edges] }
  }
  if (search !== undefined && search !== '') return searched(graph, search, unfolded)
  const roots = rootsOf(graph)
  const isWhole = listener === undefined && countFolded(graph) <= limits.whole
  const chosen = listener === undefined && !isWhole ? roots[0]?.name : undefined
  const from = isWhole ? roots.map(({ id }) => id) : [listenerId(listener ?? chosen ?? '')]
  const shown = drawn(graph, from, { unfolded, most: limits.children, isShown: () => true })
  return { ...shown, chosen }
}

/** The listeners of a graph, in the order of the dump. */
export function rootsOf({ nodes }: ProxyGraph): GraphNode[] {
  return [...nodes.values()].filter(({ kind }) => kind === 'listener')
}

function countFolded({ nodes, edges }: ProxyGraph): number {
  const inFold = edges.filter(({ from }) => nodes.get(from)?.folded !== undefined)
  return nodes.size - inFold.length
}

function searched(graph: ProxyGraph, search: string, unfolded: ReadonlySet<string>): VisibleGraph {
  const text = search.toLowerCase()
  const found = [...graph.nodes.values()].filter(
    ({ name, detail, folded }) => folded === undefined && `${name}\n${detail}`.toLowerCase().includes(text),
  )
  const { out, into } = linksOf(graph)
  const kept = new Set<string>()
  const first = found.slice(0, limits.found).map(({ id }) => id)
  spread(first, into, kept)
  const above = [...kept]
  const below = new Set<string>()
  spread(first, out, below)
  for (const id of below) kept.add(id)
  const from = above.filter((id) => (into.get(id) ?? []).every((before) => !kept.has(before)))
  const asked = new Set(unfolded)
  // An endpoint that was found is shown as itself.
  for (const id of first)
    for (const before of into.get(id) ?? []) {
      const cluster = graph.nodes.get(before)?.folded
      if (cluster !== undefined) asked.add(cluster)
    }
  const isShown = (id: string): boolean => kept.has(id)
  return { ...drawn(graph, from, { unfolded: asked, most: limits.children, isShown }), found: found.length }
}

/** Everything that is reached over the links. */
function spread(from: readonly string[], links: Links, reached: Set<string>): void {
  const queue = [...from]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (reached.has(id)) continue
    reached.add(id)
    for (const next of links.get(id) ?? []) queue.push(next)
  }
}

interface Drawing {
  readonly unfolded: ReadonlySet<string>
  /** Children of a node that are drawn before the rest is counted. */
  readonly most: number
  readonly isShown: (id: string) => boolean
  /** Shown whatever the count; only what hangs on it is looked at. */
  readonly way?: ReadonlySet<string>
}

function drawn(graph: ProxyGraph, from: readonly string[], drawing: Drawing): VisibleGraph {
  const { out } = linksOf(graph)
  const { way, most, unfolded, isShown } = drawing
  const shown = new Set(from)
  const more: { readonly of: string; readonly node: GraphNode }[] = []
  const queue = [...from]
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = graph.nodes.get(id)
    if (node === undefined) continue
    const isFolded = node.folded !== undefined && !unfolded.has(node.folded)
    // What stands beside the way is not gone into.
    if (way !== undefined && !way.has(id)) continue
    const children = (out.get(id) ?? []).filter((child) => isShown(child) && !shown.has(child))
    const free = isFolded ? 0 : Math.max(0, Math.min(most, limits.drawing - shown.size))
    const isCut = children.length > free + 1
    const next = isCut ? children.slice(0, free) : isFolded ? [] : children
    for (const child of next) {
      shown.add(child)
      queue.push(child)
    }
    if (isCut && !isFolded) more.push({ of: id, node: moreNode(id, graph, children.slice(free)) })
  }
  const nodes = [...graph.nodes.values()].filter(({ id }) => shown.has(id))
  const edges = graph.edges.filter((edge) => shown.has(edge.from) && shown.has(edge.to))
  return {
    nodes: [...nodes, ...more.map(({ node }) => node)],
    edges: [...edges, ...more.map(({ of, node }) => ({ from: of, to: node.id, conditions: [] }))],
  }
}

const plurals: Readonly<Record<GraphNode['kind'], string>> = {
  listener: 'listeners',
  chain: 'filter chains',
  routes: 'route configurations',
  host: 'virtual hosts',
  cluster: 'clusters',
  endpoint: 'endpoints',
  more: 'more',
}

function moreNode(of: string, { nodes }: ProxyGraph, left: readonly string[]): GraphNode {
  const kind = nodes.get(left[0] ?? '')?.kind ?? 'more'
  const isFailed = left.some((id) => nodes.get(id)?.state === 'failed')
  return {
    id: moreId(of, kind),
    kind: 'more',
    name: `${left.length} more ${plurals[kind]}`,
    detail: 'search shows them',
    ...(isFailed ? { state: 'warning' as const } : {}),
  }
}

type Links = ReadonlyMap<string, readonly string[]>

const linksOf = memoizeByObject(({ edges }: ProxyGraph): { readonly out: Links; readonly into: Links } => {
  const out = new Map<string, string[]>()
  const into = new Map<string, string[]>()
  for (const { from, to } of edges) {
    put(out, from, to)
    put(into, to, from)
  }
  return { out, into }
})

function put(links: Map<string, string[]>, key: string, value: string): void {
  const known = links.get(key)
  if (known === undefined) links.set(key, [value])
  else known.push(value)
}
