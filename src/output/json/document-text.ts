import type { Document } from '../../view.ts'
import { escapeJson } from '../text/escape.ts'
import { jsonPieces } from './json-pieces.ts'

/** A piece is handed on when it has this many characters. */
const pieceSize = 65_536

/** A document as JSON as istioctl prints it, in pieces: four spaces, but no HTML escapes. */
export function* documentText(document: Document): Generator<string> {
  let text = ''
  for (const piece of piecesOf(document, '')) {
    text += piece
    if (text.length < pieceSize) continue
    yield escapeJson(text)
    text = ''
  }
  yield escapeJson(`${text}\n`)
}

/** Item by item. @param indent of what follows the first line */
function* piecesOf(document: Document, indent: string): Generator<string> {
  const inner = `${indent}    `
  if ('value' in document) yield* jsonPieces(document.value, indent)
  else if ('fields' in document) {
    yield* bracketed('{}', indent, document.fields, function* ([name, field]) {
      yield `${JSON.stringify(name)}: `
      yield* piecesOf(field, inner)
    })
  } else if ('documents' in document)
    yield* bracketed('[]', indent, document.documents, (item) => piecesOf(item, inner))
  else yield* bracketed('[]', indent, document.list, (item) => jsonPieces(item, inner, 0))
}

function* bracketed<T>(
  [open, close]: string,
  indent: string,
  items: Iterable<T>,
  pieces: (item: T) => Iterable<string>,
): Generator<string> {
  let before = `${open}\n${indent}    `
  for (const item of items) {
    yield before
    yield* pieces(item)
    before = `,\n${indent}    `
  }
  yield before.startsWith(',') ? `\n${indent}${close}` : `${open}${close}`
}
