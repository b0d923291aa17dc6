import { AppError } from '../../errors.ts'
import { isObject, type Json } from '../json.ts'
import { maxLevels, nestedTooDeep } from './parse-json.ts'

/** Characters that aliases may add to a document: a few of them can stand for more than memory holds. */
const maxRepeated = 10_000_000

/** Keys that merge keys may copy into other objects. */
const maxMerged = 100_000

type Library = Pick<typeof import('js-yaml'), 'loadAll' | 'YAMLException' | 'CORE_SCHEMA' | 'mergeTag'>

/**
 * The first YAML document of a text that is an object or a list, or undefined when the text is no YAML of that kind
 * (any line of prose is a YAML string). The parser is loaded only here: most dumps are JSON.
 * @throws AppError with line and column when the text is YAML by its first line, and broken further on
 */
export async function parseYaml(text: string, label: string): Promise<Json | undefined> {
  const library = await import('js-yaml')
  try {
    return loadYaml(library, text, label).find((value) => isObject(value) || Array.isArray(value))
  } catch (error) {
    if (error instanceof AppError) throw error
    if (!(error instanceof library.YAMLException) || !looksLikeYaml.test(text.slice(0, 200))) return undefined
    const { line, column } = error.mark ?? { line: 0, column: 0 }
    throw new AppError(`${label} is broken YAML at line ${line + 1}, column ${column + 1}`, { cause: error })
  }
}

/**
 * The YAML documents of a text from outside. As in JSON, the last of equal keys stands; a merge key (`<<: *name`) stands for the keys of
 * what it names, as kubectl reads it, although YAML 1.2 has none.
 * @param library js-yaml, which the caller loads when it is needed
 * @param label names the input in errors
 * @throws YAMLException where it is no YAML; AppError where it is nested too deep, holds itself, or is too large by its aliases
 */
export function loadYaml(library: Library, text: string, label: string, schema = library.CORE_SCHEMA): Json[] {
  const { loadAll, YAMLException, mergeTag } = library
  let documents: Json[]
  try {
    const limits = { maxDepth: maxLevels, maxTotalMergeKeys: maxMerged }
    documents = loadAll(text, { json: true, schema: schema.withTags(mergeTag), ...limits }).filter(isJson)
  } catch (error) {
    if (error instanceof YAMLException && /nesting exceeded/.test(error.message)) throw nestedTooDeep(label)
    if (error instanceof YAMLException && /merge keys exceeded|abnormal merge/.test(error.message))
      throw new AppError(`${label} has YAML merge keys (<<) that stand for too many keys, and is not read`)
    throw error
  }
  const walk = { label, left: text.length + maxRepeated, open: new Set<object>() }
  for (const document of documents) checkAliases(document, walk)
  return documents
}

/** The library's schemas have no other types; an empty document is undefined. */
function isJson(value: unknown): value is Json {
  return value !== undefined
}

interface Walk {
  readonly label: string
  /** Characters that may still come. */
  left: number
  /** The objects and lists that the value stands in. */
  readonly open: Set<object>
}

/** @throws AppError where a value holds itself, or comes to too much when every alias stands for what it names */
function checkAliases(value: Json | undefined, walk: Walk): void {
  walk.left -= typeof value === 'string' ? value.length + 1 : 1
  if (walk.left < 0)
    throw new AppError(`${walk.label} has YAML aliases (*name) that stand for more than 10 MB, and is not read`)
  if (typeof value !== 'object' || value === null) return
  const { label, open } = walk
  if (open.has(value)) throw new AppError(`${label} has a YAML anchor (&name) that holds itself, and is not read`)
  if (open.size >= maxLevels) throw nestedTooDeep(label)
  open.add(value)
  if (Array.isArray(value)) for (const item of value) checkAliases(item, walk)
  else {
    for (const key in value) {
      walk.left -= key.length
      checkAliases(value[key], walk)
    }
  }
  open.delete(value)
}

/** A key alone on its line, or a list item. */
const looksLikeYaml = /^(?:---\s*\n)?(?:["']?[\w@./-]+["']?:\s*$|- \S)/m
