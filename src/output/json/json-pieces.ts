import { jsonText } from './json-text.ts'

/** A piece is handed on when it has this many characters. */
const pieceSize = 65_536

/** Levels that are opened; what is below is printed at once. A dump has its resources four levels down. */
const openedLevels = 4

/**
 * A value as JSON with four spaces, in pieces: the text of a whole dump can be longer than the longest string.
 * @param levels that are opened: 0 for a resource, which is small
 */
export function* jsonPieces(value: unknown, indent = '', levels = openedLevels): Generator<string> {
  let buffer = ''
  for (const part of parts(value, levels, indent)) {
    buffer += part
    if (buffer.length < pieceSize) continue
    yield buffer
    buffer = ''
  }
  yield buffer
}

function* parts(value: unknown, levels: number, indent: string): Generator<string> {
  const members = levels === 0 ? undefined : membersOf(value)
  if (members === undefined || members.length === 0) {
    for (const piece of jsonText(value)) yield piece.replaceAll('\n', `\n${indent}`)
    return
  }
  const inner = `${indent}    `
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  let before = `${open}\n${inner}`
  for (const [prefix, member] of members) {
    yield before + prefix
    yield* parts(member, levels - 1, inner)
    before = `,\n${inner}`
  }
  yield `\n${indent}${close}`
}

/** Undefined for what is no plain list or object. */
function membersOf(value: unknown): [prefix: string, member: unknown][] | undefined {
  if (Array.isArray(value)) return value.map((item) => ['', item])
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined
  return Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [[`${JSON.stringify(name)}: `, member]],
  )
}
