/** The first place where a text stops being JSON (RFC 8259). */
export interface JsonFault {
  /** Offset in UTF-16 units. */
  readonly offset: number
  /** Both counted from 1. */
  readonly line: number
  readonly column: number
  /** The text is fine as far as it goes: it was cut short. */
  readonly truncated: boolean
}

type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'comma or end'

const space = /[ \t\r\n]*/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y
const beginning = /(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-?[\d.eE+-]*)$/y

/**
 * Finds what `JSON.parse` refused: V8 names a position only for some of its errors. Undefined for valid JSON.
 * Nesting costs no stack.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = []
  const reader = new Reader(text)
  let expected: Expected = 'value'
  for (;;) {
    reader.take(space)
    const char = text[reader.at]
    const innermost = open.at(-1)
    if (expected === 'comma or end' && innermost === undefined) {
      return reader.at === text.length ? undefined : reader.fault()
    }
    if (expected.endsWith('end') && innermost !== undefined && char === (innermost === '{' ? '}' : ']')) {
      open.pop()
      reader.at++
      expected = 'comma or end'
    } else if (expected === 'comma or end') {
      if (char !== ',') return reader.fault()
      reader.at++
      expected = innermost === '{' ? 'key' : 'value'
    } else if (expected.startsWith('key')) {
      if (!reader.takeString()) return reader.fault()
      reader.take(space)
      if (text[reader.at] !== ':') return reader.fault()
      reader.at++
      expected = 'value'
    } else if (char === '{' || char === '[') {
      open.push(char)
      reader.at++
      expected = char === '{' ? 'key or end' : 'value or end'
    } else {
      if (!reader.takeString() && !reader.take(scalar)) return reader.fault()
      expected = 'comma or end'
    }
  }
}

/** A place in a text, and steps over what stands there. */
class Reader {
  readonly #text: string
  at = 0
  #cutInString = false

  constructor(text: string) {
    this.#text = text
  }

  /** Steps over what a sticky expression matches here. */
  take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at
    if (!pattern.test(this.#text)) return false
    this.at = pattern.lastIndex
    return true
  }

  /** Steps over a string; a broken one leaves the place where it was, and it is kept whether the text ended in it. */
  takeString(): boolean {
    const text = this.#text
    if (text[this.at] !== '"') return false
    let i = this.at + 1
    for (; i < text.length; i++) {
      const char = text.charCodeAt(i)
      if (char === 0x22) {
        this.at = i + 1
        return true
      }
      if (char < 0x20) return false
      if (char === 0x5c) {
        escapeSequence.lastIndex = i
        if (!escapeSequence.test(text)) break
        i = escapeSequence.lastIndex - 1
      }
    }
    this.#cutInString = i >= text.length - 6
    return false
  }

  /** The fault at this place. */
  fault(): JsonFault {
    beginning.lastIndex = this.at
    const truncated = this.#cutInString || beginning.test(this.#text)
    const offset = truncated ? this.#text.length : this.at
    return { offset, ...positionOf(this.#text, offset), truncated }
  }
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++
    lineStart = i + 1
  }
  return { line, column: offset - lineStart + 1 }
}
