import { isObject, type Json, type JsonObject, objectsOf, stringOf } from '../../../envoy/json.ts'

/** `name`, `"text"`, a number, or one of the signs; comments and blanks stand between them. */
const tokens = /\s+|#[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([\w.+-]+)|([{}[\]<>:,;])|(.)/g

/** Where a text is no text-proto. */
class TextProtoError extends Error {
  override readonly name = 'TextProtoError'
}

/**
 * Reads a message in protobuf's text format without its descriptor: a field that stands there more than once becomes a list, and a
 * `Struct` (`fields {key, value}`) the object that it means. https://protobuf.dev/reference/protobuf/textformat-spec/
 * @returns undefined when the text is no text-proto
 */
export function parseTextProto(text: string): JsonObject | undefined {
  try {
    return new Reader(text).message(undefined)
  } catch (error) {
    if (error instanceof TextProtoError) return undefined
    throw error
  }
}

/** Deeper than any message that people write; a hostile one must not exhaust the stack. */
const deepest = 100

class Reader {
  readonly #tokens: readonly string[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#tokens = [...text.matchAll(tokens)].flatMap(([, ...groups]) => {
      if (groups[3] !== undefined) throw new TextProtoError(groups[3])
      return groups.filter((group) => group !== undefined)
    })
  }

  /** @param close the bracket that ends it; undefined for the whole text */
  message(close: string | undefined): JsonObject {
    if (++this.#depth > deepest) throw new TextProtoError('too deep')
    const message = new Map<string, Json[]>()
    for (let name = this.#next(); name !== close; name = this.#next()) {
      if (name === undefined || !/^[a-z_]\w*$/i.test(name)) throw new TextProtoError(name)
      const marked = this.#takes(':')
      const value = this.#value(marked)
      if (!this.#takes(',')) this.#takes(';')
      const known = message.get(name)
      if (known === undefined) message.set(name, [value])
      else known.push(value)
    }
    this.#depth--
    return structOf(Object.fromEntries([...message].map(([name, values]) => [name, fieldValue(values)])))
  }

  /** @param marked a colon came before it; only messages do without */
  #value(marked: boolean): Json {
    if (this.#takes('{')) return this.message('}')
    if (this.#takes('<')) return this.message('>')
    if (!marked) throw new TextProtoError('no value')
    if (this.#takes('[')) {
      if (++this.#depth > deepest) throw new TextProtoError('too deep')
      const list: Json[] = []
      while (!this.#takes(']')) {
        list.push(this.#value(true))
        this.#takes(',')
      }
      this.#depth--
      return list
    }
    const token = this.#next()
    if (token === undefined || /^[{}[\]<>:,;]$/.test(token)) throw new TextProtoError(token)
    return /^["']/.test(token) ? this.#text(token) : scalar(token)
  }

  /** Strings side by side are one. */
  #text(first: string): string {
    let text = unquoted(first)
    for (let more = this.#tokens[this.#at]; more !== undefined && /^["']/.test(more); more = this.#tokens[this.#at]) {
      text += unquoted(more)
      this.#at++
    }
    return text
  }

  #next(): string | undefined {
    return this.#tokens[this.#at++]
  }

  #takes(sign: string): boolean {
    const found = this.#tokens[this.#at] === sign
    if (found) this.#at++
    return found
  }
}

/** A field that stands there more than once is a list of its values; a list among them is some of these. */
function fieldValue(values: readonly Json[]): Json {
  const [first = null, ...others] = values
  return others.length === 0 ? first : values.flat()
}

function scalar(token: string): Json {
  if (token === 'true' || token === 'false') return token === 'true'
  return /^-?\d/.test(token) && Number.isFinite(Number(token)) ? Number(token) : token
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

function unquoted(token: string): string {
  return token
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-f]{1,2})|([0-7]{1,3})|(.))/gi, (_, hex?: string, octal?: string, other = '') => {
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      return octal === undefined ? (escapes[other] ?? other) : String.fromCodePoint(Number.parseInt(octal, 8))
    })
}

/** `fields { key: "a" value { string_value: "b" } }` is `{a: "b"}`; anything else stays as it is. */
function structOf(message: JsonObject): JsonObject {
  const { fields, ...others } = message
  const entries = objectsOf(fields)
  const isStruct = entries.length > 0 && Object.keys(others).length === 0
  if (!isStruct || !entries.every(({ key, value }) => typeof key === 'string' && isObject(value))) return message
  return Object.fromEntries(entries.map(({ key, value }) => [stringOf(key) ?? '', heldBy(value)]))
}

/** A `google.protobuf.Value`: the one kind that it has. */
function heldBy(value: Json | undefined): Json {
  const [[kind, held] = ['', null]] = isObject(value) ? Object.entries(value) : []
  if (kind === 'null_value' || held === undefined) return null
  if (kind !== 'list_value') return held
  const items = isObject(held) ? held.values : []
  return (Array.isArray(items) ? items : [items ?? null]).map(heldBy)
}
