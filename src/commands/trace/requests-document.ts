import { parseRelaxedJson } from '../../analyses/trace/cases/relaxed-json.ts'
import { parseTextProto } from '../../analyses/trace/cases/text-proto.ts'
import { readDocument } from '../../envoy/input/read-document.ts'
import type { Json } from '../../envoy/json.ts'
import { AppError } from '../../errors.ts'

/** How a text-proto of Envoy's router check tool begins, after comments. */
const textProto = /^(?:\s|#[^\n]*\n)*tests\s*:?\s*[{[<]/

/**
 * A requests file that is no JSON lines: JSON, YAML, and what Envoy's router check tool reads as well: JSON with comments and
 * trailing commas, and text-proto.
 * @param label names the file in errors
 * @throws AppError that says where it is broken
 */
export async function requestsDocument(bytes: Uint8Array, label: string): Promise<Json> {
  try {
    return await readDocument(bytes, label)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const text = new TextDecoder().decode(bytes)
    if (/^\s*(?:[[{#]|\/[/*])/.test(text)) {
      const relaxed = parseRelaxedJson(text, label)
      if (relaxed !== undefined) return relaxed
    }
    if (!textProto.test(text)) throw error
    const message = parseTextProto(text)
    if (message !== undefined) return message
    throw new AppError(`${label} is broken text-proto`, { hint: 'JSON and YAML are read too.' })
  }
}
