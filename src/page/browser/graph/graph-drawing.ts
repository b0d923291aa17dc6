import { element, svgElement } from '../element.ts'
import { moveByKeys } from './graph-keys.ts'
import { type PlacedEdge, type PlacedNode, placedGraph } from './graph-layout.ts'
import type { GraphNode } from './graph-model.ts'
import { kindNames, nodeLabel, nodeLines } from './node-label.ts'
import type { VisibleGraph } from './visible-graph.ts'

export interface DrawingOptions {
  /** What the drawing shows, for who cannot see it. */
  readonly label: string
  /** Where a node leads; undefined for one that leads nowhere. */
  readonly href: (node: GraphNode) => string | undefined
  /** Ids of nodes on the way of a request. */
  readonly way?: ReadonlySet<string> | undefined
}

/** A graph as SVG in a box that scrolls: text keeps its size, however many nodes there are. */
export function graphDrawing(graph: VisibleGraph, { label, href, way = new Set() }: DrawingOptions): HTMLElement {
  const { width, height, nodes: placed, edges } = placedGraph(graph)
  // As they are read: from left to right, and down each column.
  const nodes = placed.toSorted((a, b) => a.x - b.x || a.y - b.y)
  const boxes = nodes.map((placed) => nodeBox(placed, href(placed.node), way.has(placed.node.id)))
  const drawing = svgElement(
    'svg',
    {
      class: way.size === 0 ? 'graph' : 'graph has-way',
      width: Math.ceil(width),
      height: Math.ceil(height),
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      role: 'group',
      'aria-label': label,
    },
    ...edges.map((placed) => edgeLine(placed, way)),
    ...boxes.map(({ box }) => box),
  )
  moveByKeys(drawing, boxes, graph.edges)
  // A wide drawing shrinks as far as it can be read; then its box scrolls.
  drawing.style.minWidth = `${Math.ceil(width * 0.8)}px`
  const box = element('div', { class: 'graph-box' }, drawing)
  const [first] = nodes
  // Once it is in the document: where a listener leads to much, it stands in the middle of a tall drawing.
  if (first !== undefined) requestAnimationFrame(() => box.scrollTo({ top: first.y - box.clientHeight / 2 }))
  return box
}

function nodeBox(placed: PlacedNode, href: string | undefined, isOnWay: boolean) {
  const { node, x, y, width, height } = placed
  const label = nodeLabel(node)
  const [left, top] = [x - width / 2, y - height / 2]
  const box = svgElement(
    'a',
    {
      class: ['node', `kind-${node.kind}`, node.state, isOnWay ? 'on-way' : ''].filter(Boolean).join(' '),
      href,
      // Without a link it can still be read by keyboard.
      role: href === undefined ? 'img' : undefined,
      tabindex: -1,
    },
    // Its name: what is drawn is cut to the box.
    svgElement('title', {}, isOnWay ? `${label}, on the way of the request` : label),
    svgElement('rect', { x: left, y: top, width, height, rx: 5 }),
    svgElement('text', { class: 'kind', x: left + 10, y: top + 12 }, kindNames[node.kind]),
    ...nodeLines(node).map((line, at) =>
      svgElement('text', { class: at === 0 ? 'name' : 'detail', x: left + 10, y: top + 26 + 15 * at }, line),
    ),
  )
  return { box, placed }
}

function edgeLine({ edge, points }: PlacedEdge, way: ReadonlySet<string>): SVGElement {
  const isOnWay = way.has(edge.from) && way.has(edge.to)
  const conditions = edge.conditions.filter((condition) => condition !== '')
  return svgElement(
    'path',
    { class: isOnWay ? 'edge on-way' : 'edge', d: pathOf(points), 'aria-hidden': 'true' },
    conditions.length === 0 ? undefined : svgElement('title', {}, conditions.slice(0, 10).join('\n')),
  )
}

/** A line that bends at the points without touching those between the ends. */
function pathOf(points: PlacedEdge['points']): string {
  const [first, ...others] = points
  if (first === undefined) return ''
  const at = ({ x, y }: { x: number; y: number }): string => `${Math.round(x)} ${Math.round(y)}`
  let path = `M${at(first)}`
  for (const [index, point] of others.entries()) {
    const next = others[index + 1]
    path +=
      next === undefined
        ? `L${at(point)}`
        : `Q${at(point)} ${at({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`
  }
  return path
}
