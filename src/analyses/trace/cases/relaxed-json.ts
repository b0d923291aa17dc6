import type { Json } from '../../../envoy/json.ts'

/** A string, or what is to be blanked out of strict JSON: a comment, a comma before a closing bracket. */
const comments = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*/g
const commas = /"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])/g

/**
 * JSON with comments (`//`, `#`, C style) and commas at the end of lists, as protobuf's own reader takes it and people write it.
 * Undefined when the text is no such thing.
 */
export function parseRelaxedJson(text: string): Json | undefined {
  try {
    return JSON.parse(text.replace(comments, blank).replace(commas, blank))
  } catch {
    return undefined
  }
}

function blank(found: string): string {
  return found.startsWith('"') ? found : ' '
}
