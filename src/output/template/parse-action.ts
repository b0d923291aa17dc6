import type { Filter, PathPart, Slice } from './nodes.ts'
import { syntaxError } from './syntax-error.ts'
import { unquote } from './unquote.ts'

/** What stands in one pair of braces. */
export interface Action {
  readonly word?: 'range' | 'end'
  readonly parts: readonly PathPart[]
}

/**
 * Reads what stands between braces.
 * @param start behind the opening one
 * @returns what it is, and where the text behind the closing one begins
 */
export function parseAction(template: string, start: number): { action: Action; end: number } {
  const reader = new ActionReader(template, start)
  return { action: reader.read(), end: reader.at }
}

/** A path by itself, as in a filter. */
function parsePath(path: string): readonly PathPart[] {
  const { action, end } = parseAction(`${path}}`, 0)
  if (action.word !== undefined || end !== path.length + 1)
    throw syntaxError(path, `unrecognized identifier in ${path}`)
  return action.parts
}

/** Characters that end a name. */
const terminator = /[ \t\r\n.,[\]$@{}]/
const alphaNumeric = /[\p{L}\p{Nd}_]/u

class ActionReader {
  readonly #text: string
  readonly #parts: PathPart[] = []
  #word: 'range' | 'end' | undefined
  at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.at = at
  }

  read(): Action {
    while (!this.#starts('}')) this.#part()
    this.at++
    return { ...(this.#word === undefined ? {} : { word: this.#word }), parts: this.#parts }
  }

  #part(): void {
    const char = this.#text[this.at]
    if (char === undefined || char === '\n' || char === '\r') throw this.#fault('unclosed action')
    if (this.#starts('[?(')) this.#parts.push(this.#filter())
    else if (this.#starts('..')) this.#recursive()
    else if (char === ' ' || char === '@' || char === '$') this.at++
    else if (char === '[') for (const part of this.#brackets()) this.#parts.push(part)
    else if (char === '"' || char === "'") this.#parts.push({ kind: 'literal', value: this.#quoted(char) })
    else if (char === '.') {
      this.at++
      this.#parts.push(fieldOf(this.#name()))
    } else if (/[+\-\d]/.test(char)) this.#parts.push({ kind: 'literal', value: this.#number() })
    else if (alphaNumeric.test(this.#character())) this.#identifier()
    else throw this.#fault(`unrecognized character in action: ${this.#codePoint()}`)
  }

  #recursive(): void {
    if (this.#parts.at(-1)?.kind === 'recursive') throw this.#fault('invalid multiple recursive descent')
    this.at += 2
    this.#parts.push({ kind: 'recursive' })
    if (alphaNumeric.test(this.#character())) this.#parts.push(fieldOf(this.#name()))
  }

  /** Up to the next terminator that no backslash stands before. */
  #name(): string {
    const start = this.at
    while (this.at < this.#text.length && !terminator.test(this.#text[this.at] ?? ''))
      this.at += this.#text[this.at] === '\\' ? 2 : 1
    return this.#text.slice(start, this.at)
  }

  #identifier(): void {
    const start = this.at
    while (this.at < this.#text.length && !terminator.test(this.#text[this.at] ?? '')) this.at++
    const word = this.#text.slice(start, this.at)
    if (word === 'true' || word === 'false') this.#parts.push({ kind: 'literal', value: word === 'true' })
    else if ((word === 'range' || word === 'end') && this.#word === undefined && this.#parts.length === 0)
      this.#word = word
    else throw this.#fault(`unrecognized identifier ${word}`)
  }

  #number(): number {
    const [text = ''] = /^[+-]?[\d.]*/.exec(this.#text.slice(this.at)) ?? []
    this.at += text.length
    if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) throw this.#fault(`cannot parse number ${text}`)
    return Number(text)
  }

  #quoted(quote: string): string {
    const start = this.at + 1
    this.at = start
    for (;;) {
      const char = this.#text[this.at]
      if (char === undefined || char === '\n') throw this.#fault('unterminated quoted string')
      this.at++
      if (char === quote && this.#text[this.at - 2] !== '\\') break
    }
    const text = this.#text.slice(start, this.at - 1)
    const value = unquote(text)
    if (value === undefined) throw this.#fault(`unquote string ${quote}${text}${quote} error invalid syntax`)
    return value
  }

  #brackets(): readonly PathPart[] {
    const end = this.#text.slice(this.at).search(/[\]\n]/)
    if (end === -1 || this.#text[this.at + end] === '\n') throw this.#fault('unterminated array')
    const inner = this.#text.slice(this.at + 1, this.at + end)
    this.at += end + 1
    const members = inner.split(',')
    if (members.length > 1)
      return [{ kind: 'union', paths: members.map((member) => parsePath(`[${member.replace(/^ +| +$/g, '')}]`)) }]
    const [, key] = /^'([^']*)'$/.exec(inner) ?? []
    if (key !== undefined) return parsePath(`.${key}`)
    return [this.#slice(inner)]
  }

  #slice(inner: string): Slice {
    if (inner === '*') return { kind: 'slice', isIndex: false }
    if (inner === '') return { kind: 'slice', from: 0, isIndex: true }
    const numbers = /^(-?\d*)(?::(-?\d*))?(?::(-?\d*))?$/.exec(inner)
    if (numbers === null) throw this.#fault(`invalid array index ${inner}`)
    const [from, to, step] = numbers.slice(1).map((text) => {
      if (text === undefined || text === '') return undefined
      if (!Number.isSafeInteger(Number(text))) throw this.#fault(`array index ${text} is not a number`)
      return Number(text)
    })
    if (step !== undefined && step <= 0) throw this.#fault('step must be > 0')
    return {
      kind: 'slice',
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(step === undefined ? {} : { step }),
      isIndex: !inner.includes(':'),
    }
  }

  #filter(): Filter {
    const start = this.at + 3
    this.at = start
    let quote: string | undefined
    let closed = false
    for (;;) {
      const char = this.#text[this.at]
      if (char === undefined || char === '\n') throw this.#fault('unterminated filter')
      this.at++
      const isQuote = char === '"' || char === "'"
      if (isQuote && quote === undefined) quote = char
      else if (isQuote && char === quote && this.#text[this.at - 2] !== '\\') closed = true
      else if (char === ')' && (quote !== undefined) === closed) break
    }
    const text = this.#text.slice(start, this.at - 1)
    if (this.#text[this.at] !== ']') throw this.#fault('unclosed array expect ]')
    this.at++
    const [, left, operator, right] = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text) ?? []
    if (left === undefined || operator === undefined || right === undefined)
      return { kind: 'filter', left: parsePath(text) }
    if (!operators.has(operator)) throw this.#fault(`unrecognized filter operator ${operator}`)
    return { kind: 'filter', left: parsePath(left), comparison: { operator, right: parsePath(right) } }
  }

  #starts(text: string): boolean {
    return this.#text.startsWith(text, this.at)
  }

  #character(): string {
    return String.fromCodePoint(this.#text.codePointAt(this.at) ?? 0)
  }

  #codePoint(): string {
    const code = this.#text.codePointAt(this.at) ?? 0
    return `U+${code.toString(16).toUpperCase().padStart(4, '0')} '${this.#character()}'`
  }

  #fault(why: string): Error {
    return syntaxError(this.#text, why)
  }
}

const operators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>='])

/** A backslash only keeps the character behind it in the name. */
function fieldOf(name: string): PathPart {
  return name === '*' ? { kind: 'wildcard' } : { kind: 'field', name: name.replaceAll('\\', '') }
}
