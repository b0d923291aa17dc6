import type { Document } from '../view.ts'
import { jsonPieces } from './json-pieces.ts'
import { escapeJson } from './text/escape.ts'

/** A document as JSON as istioctl prints it, in pieces: four spaces, but no HTML escapes. */
export function* documentText(document: Document): Generator<string> {
  for (const piece of piecesOf(document)) yield escapeJson(piece)
}

/** Item by item. */
function* piecesOf(document: Document): Generator<string> {
  if ('value' in document) {
    yield* jsonPieces(document.value)
    yield '\n'
    return
  }
  let before = '[\n    '
  for (const item of document.list) {
    for (const piece of jsonPieces(item, '    ')) {
      yield before + piece
      before = ''
    }
    before = ',\n    '
  }
  yield before.startsWith('[') ? '[]\n' : '\n]\n'
}
