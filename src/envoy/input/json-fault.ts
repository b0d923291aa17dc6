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
  let expected: Expected = 'value'
  let at = 0
  let cutInString = false

  function take(pattern: RegExp): boolean {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }

  function fault(): JsonFault {
    beginning.lastIndex = at
    const truncated = cutInString || beginning.test(text)
    const offset = truncated ? text.length : at
    return { offset, ...positionOf(text, offset), truncated }
  }

  /** Steps over a string; a broken one leaves `at` where it was and says whether the text ended in it. */
  function takeString(): boolean {
    if (text[at] !== '"') return false
    let i = at + 1
    for (; i < text.length; i++) {
      const char = text.charCodeAt(i)
      if (char === 0x22) {
        at = i + 1
        return true
      }
      if (char < 0x20) return false
      if (char === 0x5c) {
        escapeSequence.lastIndex = i
        if (!escapeSequence.test(text)) break
        i = escapeSequence.lastIndex - 1
      }
    }
    cutInString = i >= text.length - 6
    return false
  }

  for (;;) {
    take(space)
    const char = text[at]
    const innermost = open.at(-1)
    if (expected === 'comma or end' && innermost === undefined) {
      return at === text.length ? undefined : fault()
    }
    if (expected.endsWith('end') && innermost !== undefined && char === (innermost === '{' ? '}' : ']')) {
      open.pop()
      at++
      expected = 'comma or end'
    } else if (expected === 'comma or end') {
      if (char !== ',') return fault()
      at++
      expected = innermost === '{' ? 'key' : 'value'
    } else if (expected.startsWith('key')) {
      if (!takeString()) return fault()
      take(space)
      if (text[at] !== ':') return fault()
      at++
      expected = 'value'
    } else if (char === '{' || char === '[') {
      open.push(char)
      at++
      expected = char === '{' ? 'key or end' : 'value or end'
    } else {
      if (!takeString() && !take(scalar)) return fault()
      expected = 'comma or end'
    }
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
