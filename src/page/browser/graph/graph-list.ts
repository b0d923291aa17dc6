import { element } from '../element.ts'
import type { GraphNode } from './graph-model.ts'
import { nodeLabel } from './node-label.ts'
import type { VisibleGraph } from './visible-graph.ts'

/** What a drawing shows, as a table: what leads where, and on which condition. */
export function graphList({ nodes, edges }: VisibleGraph, href: (node: GraphNode) => string | undefined): HTMLElement {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const cell = (id: string): HTMLElement => {
    const node = byId.get(id)
    const target = node === undefined ? undefined : href(node)
    const text = node === undefined ? '' : nodeLabel(node)
    return element('td', {}, target === undefined ? text : element('a', { href: target }, text))
  }
  const rows = edges.map(({ from, to, conditions }) =>
    element('tr', {}, cell(from), cell(to), element('td', {}, conditions.filter(Boolean).join('; '))),
  )
  return element(
    'details',
    { class: 'graph-list' },
    element('summary', {}, 'The same as a table'),
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element('tr', {}, ...['FROM', 'TO', 'WHEN'].map((header) => element('th', { scope: 'col' }, header))),
      ),
      element('tbody', {}, ...rows),
    ),
  )
}
