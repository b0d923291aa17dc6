import { AppError } from '../../errors.ts'
import type { Json } from '../json.ts'
import { decode, isBinary } from './decode.ts'
import { findJsonFault } from './json-fault.ts'
import { parseJson } from './parse-json.ts'
import { textWithin } from './text-within.ts'

/**
 * Reads a document that is no config dump (`/server_info`, `/stats?format=json`, ztunnel's dump) as JSON or YAML. Of JSON, integers
 * that a double does not hold are texts of their digits, as in protobuf-JSON: Envoy writes its 64-bit gauges as numbers.
 * @param label names the input in errors
 * @throws AppError that says where it is broken
 */
export async function readDocument(input: Uint8Array, label: string): Promise<Json> {
  const { bytes } = decode(input)
  if (isBinary(bytes)) throw new AppError(`${label} is a binary file, not JSON`)
  const text = textWithin(bytes, 0, bytes.length, label)
  if (text.trim() === '') throw new AppError(`${label} is empty`)
  try {
    const document = parseJson(text, label)
    return hasLongNumber.test(text) ? JSON.parse(text, keepLongIntegers) : document
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const isJson = /^\s*[[{]/.test(text)
    const yaml = isJson ? undefined : await (await import('./yaml.ts')).parseYaml(text, label)
    if (yaml !== undefined) return yaml
    const fault = isJson ? findJsonFault(text) : undefined
    throw new AppError(
      fault === undefined
        ? `${label} is neither JSON nor YAML`
        : `${label} is ${fault.truncated ? 'cut short' : 'broken JSON'} at line ${fault.line}, column ${fault.column}`,
    )
  }
}

/** Of 16 digits and more some integers are beyond 2^53. */
const hasLongNumber = /[:[,]\s*-?\d{16}/

function keepLongIntegers(_key: string, value: Json, context?: { readonly source?: string }): Json {
  const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return isRounded && /^-?\d+$/.test(context?.source ?? '') ? (context?.source ?? value) : value
}
