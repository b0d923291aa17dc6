import type { Document } from '../view.ts'
import { escapeJson } from './escape.ts'
import type { Format } from './format.ts'
import { jsonPieces } from './json-pieces.ts'
import { jsonText } from './json-text.ts'

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
  let before = '[\n'
  for (const item of document.list) {
    // Printed as a list of one, so that the indentation is right; its brackets are cut off again.
    yield before + jsonText([item]).slice(2, -2)
    before = ',\n'
  }
  yield before === '[\n' ? '[]\n' : '\n]\n'
}
