import { isObject, type Json, type JsonObject } from '../../../envoy/json.ts'
import { redact } from '../../../envoy/redaction/redact.ts'
import { privateKeyBlocks, redactText } from '../../../envoy/redaction/redact-text.ts'
import { withoutLoggedHeaders } from './logged-headers.ts'
import { secretTokens } from './token.ts'

/** How secrets are removed from what is captured. */
export interface PageRedaction {
  /** A copy without them; the value itself stays as it is. */
  json(value: Json): Json
  /** Lines of text: a log, names of loggers. */
  text(text: string): string
}

/** Removes nothing. */
export const noRedaction: PageRedaction = { json: (value) => value, text: (text) => text }

/**
 * Replaces what the program never prints, and what matches a pattern, by a token each.
 * @param patterns looked for in every text and in the names of members
 * @param found called with a pattern each time that it matches
 */
export function pageRedaction(patterns: readonly RegExp[], found: (pattern: RegExp) => void = () => {}): PageRedaction {
  const fresh = secretTokens()
  const token = (secret: string) => earlierToken(secret) ?? fresh(secret)
  const replaced = (pattern: RegExp, part: string) => {
    if (part === '') return part
    found(pattern)
    return token(part)
  }
  const matched = (text: string) =>
    patterns.reduce((left, pattern) => left.replace(pattern, (part) => replaced(pattern, part)), text)
  return {
    json(value) {
      const redacted = redact(value, { standIn: (_place, secret) => token(secret) })
      return patterns.length === 0 ? redacted : everyText(redacted, matched)
    },
    text: (text) =>
      text
        .replace(privateKeyBlocks, (block) => token(block))
        .split('\n')
        .map((line) => matched(withoutLoggedHeaders(redactText(line, token), token)))
        .join('\n'),
  }
}

/** What stands for a secret already, also in the form of a field that holds bytes: in a capture that is resumed. */
function earlierToken(text: string): string | undefined {
  if (isToken.test(text)) return text
  const inner = [Buffer.from(text, 'base64'), Buffer.from(text, 'hex')].map((bytes) => bytes.toString('latin1'))
  return inner.find((each) => isToken.test(each))
}

const isToken = /^\[redacted-[0-9a-f]{8}\]$/

/** Levels that are walked: the reader of JSON lets none pass that is deeper. */
function everyText(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => everyText(item, change))
  if (!isObject(value)) return value
  const copy: JsonObject = {}
  for (const [name, inner] of Object.entries(value)) {
    const shown = free(copy, change(name))
    // Assigning to `__proto__` would set the prototype instead of a member.
    Object.defineProperty(copy, shown, {
      value: inner === undefined ? undefined : everyText(inner, change),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  return copy
}

/** Two names may have become one. */
function free(copy: JsonObject, wanted: string): string {
  let name = wanted
  for (let count = 2; Object.hasOwn(copy, name); count++) name = `${wanted} ${count}`
  return name
}
