import type { TemplateNode } from './nodes.ts'
import { type Action, parseAction } from './parse-action.ts'
import { syntaxError } from './syntax-error.ts'

/**
 * A template of kubectl's -o jsonpath. The grammar is that of client-go's util/jsonpath, with its words for what is wrong.
 * @throws UsageError for a template that kubectl does not take either
 */
export function parseTemplate(template: string): readonly TemplateNode[] {
  const pieces = piecesOf(template)
  const { nodes, at } = blockOf(pieces, 0, 0)
  if (at < pieces.length) throw syntaxError(template, 'not in range, nothing to end')
  return nodes
}

type Piece = string | Action

function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < template.length) {
    const open = template.indexOf('{', at)
    const text = template.slice(at, open === -1 ? template.length : open)
    if (text !== '') pieces.push(text)
    if (open === -1) break
    const { action, end } = parseAction(template, open + 1)
    pieces.push(action)
    at = end
  }
  return pieces
}

/** The nodes up to the end of a range, or of the template. */
function blockOf(pieces: readonly Piece[], start: number, depth: number): { nodes: TemplateNode[]; at: number } {
  const nodes: TemplateNode[] = []
  let at = start
  while (at < pieces.length) {
    const piece = pieces[at] ?? ''
    at++
    if (typeof piece === 'string') nodes.push({ kind: 'text', text: piece })
    else if (piece.word === 'range') {
      const inner = blockOf(pieces, at, depth + 1)
      nodes.push({ kind: 'range', parts: piece.parts, body: inner.nodes })
      at = inner.at
    } else if (piece.word === 'end') return { nodes, at: depth === 0 ? at - 1 : at }
    else nodes.push({ kind: 'path', parts: piece.parts })
  }
  return { nodes, at }
}
