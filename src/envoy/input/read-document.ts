import { AppError } from '../../errors.ts'
import type { Json } from '../json.ts'
import { decode, isBinary } from './decode.ts'
import { findJsonFault } from './json-fault.ts'
import { parseYaml } from './yaml.ts'

/**
 * Reads a document that is no config dump (`/server_info`, `/stats?format=json`, ztunnel's dump) as JSON or YAML.
 * @param label names the input in errors
 * @throws AppError that says where it is broken
 */
export async function readDocument(input: Uint8Array, label: string): Promise<Json> {
  const { bytes } = decode(input)
  if (isBinary(bytes)) throw new AppError(`${label} is a binary file, not JSON`)
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  if (text.trim() === '') throw new AppError(`${label} is empty`)
  try {
    return JSON.parse(text)
  } catch {
    const yaml = /^\s*[[{]/.test(text) ? undefined : await parseYaml(text, label)
    if (yaml !== undefined) return yaml
    const fault = findJsonFault(text)
    throw new AppError(
      fault === undefined
        ? `${label} is neither JSON nor YAML`
        : `${label} is ${fault.truncated ? 'cut short' : 'broken JSON'} at line ${fault.line}, column ${fault.column}`,
    )
  }
}
