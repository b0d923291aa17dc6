import { parseJson } from '../../../envoy/input/parse-json.ts'
import type { Json } from '../../../envoy/json.ts'

/** A string, or what is to be blanked out of strict JSON: a comment, a comma before a closing bracket. */
const comments = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|$)|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*/g
const commas = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|$)|,(?=\s*[}\]])/g

/**
 * JSON with comments (`//`, `#`, C style) and commas at the end of lists, as protobuf's own reader takes it and people write it.
 * Undefined when the text is no such thing.
 * @throws AppError where it is nested too deep
 */
export function parseRelaxedJson(text: string, label: string): Json | undefined {
  try {
    return parseJson(text.replace(comments, blank).replace(commas, blank), label)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function blank(found: string): string {
  return found.startsWith('"') ? found : ' '
}
