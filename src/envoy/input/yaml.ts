import { AppError } from '../../errors.ts'
import { isObject, type Json } from '../json.ts'

/**
 * The first YAML document of a text that is an object or a list, or undefined when the text is no YAML of that kind
 * (any line of prose is a YAML string). The parser is loaded only here: most dumps are JSON.
 * @throws AppError with line and column when the text is YAML by its first line, and broken further on
 */
export async function parseYaml(text: string, label: string): Promise<Json | undefined> {
  const { parseAllDocuments } = await import('yaml')
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, keepSourceTokens: false })
  if (!Array.isArray(documents)) return undefined
  for (const document of documents) {
    const [error] = document.errors
    if (error !== undefined) {
      if (!/^(?:---\s*\n)?(?:["']?[\w@./-]+["']?:\s*$|- \S)/m.test(text.slice(0, 200))) return undefined
      const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 }
      throw new AppError(`${label} is broken YAML at line ${line}, column ${col}`, { cause: error })
    }
    const value: unknown = document.toJS({ maxAliasCount: 1000 })
    if (isObject(value) || Array.isArray(value)) return value as Json
  }
  return undefined
}
