import { AppError } from '../../errors.ts'
import { isObject, type Json } from '../json.ts'

/**
 * The first YAML document of a text that is an object or a list, or undefined when the text is no YAML of that kind
 * (any line of prose is a YAML string). The parser is loaded only here: most dumps are JSON.
 * @throws AppError with line and column when the text is YAML by its first line, and broken further on
 */
export async function parseYaml(text: string, label: string): Promise<Json | undefined> {
  const { loadAll, YAMLException } = await import('js-yaml')
  try {
    // `json`: as in JSON, the last of equal keys stands.
    const documents: unknown[] = loadAll(text, null, { json: true })
    return documents.find((value): value is Json => isObject(value) || Array.isArray(value))
  } catch (error) {
    if (!(error instanceof YAMLException) || !looksLikeYaml.test(text.slice(0, 200))) return undefined
    const { line, column } = error.mark ?? { line: 0, column: 0 }
    throw new AppError(`${label} is broken YAML at line ${line + 1}, column ${column + 1}`, { cause: error })
  }
}

/** A key alone on its line, or a list item. */
const looksLikeYaml = /^(?:---\s*\n)?(?:["']?[\w@./-]+["']?:\s*$|- \S)/m
