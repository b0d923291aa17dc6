import type { PlacedNode } from './graph-layout.ts'
import type { GraphEdge } from './graph-model.ts'

interface Box {
  readonly box: SVGElement
  readonly placed: PlacedNode
}

/**
 * Arrow keys move through a drawing: right and left along the edges, up and down in a column. Tab comes to the drawing and leaves it: of
 * its nodes one at a time can be reached by it.
 */
export function moveByKeys(drawing: SVGElement, boxes: readonly Box[], edges: readonly GraphEdge[]): void {
  const byId = new Map(boxes.map((box) => [box.placed.node.id, box]))
  let current = boxes[0]
  current?.box.setAttribute('tabindex', '0')
  const take = (next: Box | undefined): void => {
    if (next === undefined) return
    current?.box.setAttribute('tabindex', '-1')
    next.box.setAttribute('tabindex', '0')
    current = next
  }
  drawing.addEventListener('focusin', ({ target }) => take(boxes.find(({ box }) => box === target)))
  drawing.addEventListener('keydown', (event) => {
    if (current === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const next = neighbour(current, event.key, boxes, edges, byId)
    if (next === undefined) return
    event.preventDefault()
    next.box.focus()
    next.box.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })
}

function neighbour(
  { placed: { node, x, y } }: Box,
  key: string,
  boxes: readonly Box[],
  edges: readonly GraphEdge[],
  byId: ReadonlyMap<string, Box>,
): Box | undefined {
  if (key === 'Home') return boxes[0]
  if (key === 'End') return boxes.at(-1)
  if (key === 'ArrowRight' || key === 'ArrowLeft') {
    const ids = edges.flatMap(({ from, to }) =>
      key === 'ArrowRight' ? (from === node.id ? [to] : []) : to === node.id ? [from] : [],
    )
    return nearest(
      ids.flatMap((id) => byId.get(id) ?? []),
      y,
    )
  }
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return undefined
  const column = boxes.filter(({ placed }) => Math.abs(placed.x - x) < 60 && placed.node.kind === node.kind)
  return nearest(
    column.filter(({ placed }) => (key === 'ArrowDown' ? placed.y > y : placed.y < y)),
    y,
  )
}

function nearest(boxes: readonly Box[], y: number): Box | undefined {
  return boxes.toSorted((a, b) => Math.abs(a.placed.y - y) - Math.abs(b.placed.y - y))[0]
}
