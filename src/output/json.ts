import type { Document } from '../view.ts'
import { escapeJson } from './escape.ts'
import type { Format } from './format.ts'
import { jsonPieces } from './json-pieces.ts'

/** Protobuf-JSON as istioctl prints it: lowerCamelCase, four spaces, but no HTML escapes. */
export const json: Format = {
  name: 'json',
  title: 'the full resources as protobuf-JSON (lowerCamelCase)',
  render: (view) => documentText(view.document()),
}

/** A document as indented JSON, in pieces. */
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
