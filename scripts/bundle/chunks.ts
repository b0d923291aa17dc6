import { basename } from 'node:path'
import { type Metafile, transform } from 'esbuild'

/** What esbuild made of modules that are always loaded together. */
export interface Chunk {
  /** `chunks[N]=function($load,require,__filename,bundleUrl){…};`: runs the chunk and gives what it exports. `$load(n)` is what chunk n exports. */
  readonly code: string
  /** Source map of the code, as JSON. */
  readonly map: string
}

/** An ES module that esbuild wrote, with what its metafile says of it. */
export interface Written {
  readonly path: string
  readonly text: string
  readonly map: string
  readonly output: Metafile['outputs'][string]
}

const importing = /^import (?:([\w$]+),? )?(?:\* as ([\w$]+) )?(?:\{([^}]*)\} )?(?:from )?"([^"]+)";$/gm
const exportList = /^export \{([^}]*)\};$/gm
const exportOfCommonJs = /^export default (require_[\w$]+\(\));$/gm
const lazyImport = /(?<![\w$.])import\("((?:\.|node:)[^"]+)"\)/g

/** What a chunk's function is called with. */
const given = '$load,require,__filename,bundleUrl'

/**
 * The chunks of a program that esbuild split, the one it starts with first. A single executable has no loader for ES modules, so each is
 * a function here: what it imports are constants of it, what it exports is the object that it returns. That is the same as long as nothing that is
 * exported is assigned later, and no chunk imports itself by way of others; both are checked.
 * @param written what esbuild wrote, not minified: the shapes of its import and export statements are read
 * @throws Error for a statement that is not understood
 */
export async function chunksOf(written: readonly Written[], entry: string): Promise<Chunk[]> {
  const ordered = [
    ...written.filter(({ output }) => output.entryPoint === entry),
    ...written.filter(({ output }) => output.entryPoint !== entry),
  ]
  const numbers = new Map(ordered.map(({ path }, at) => [basename(path), at]))
  mustNotImportItself(ordered)
  return await Promise.all(ordered.map((each) => chunkOf(each, numbers)))
}

async function chunkOf({ path, text, map, output }: Written, numbers: ReadonlyMap<string, number>): Promise<Chunk> {
  const numberOf = (specifier: string) => {
    const number = numbers.get(basename(specifier))
    if (number === undefined) throw new Error(`${path} imports ${specifier}, which is no chunk`)
    return number
  }
  const exported = exportsOf(text, path)
  if (exported.names.length !== output.exports.length) throw new Error(`${path}: not all of its exports were found`)
  const imports = [...text.matchAll(importing)]
  const found = imports.flatMap(([, , , , from = '']) => (from.startsWith('.') ? [numberOf(from)] : []))
  if (new Set(found).symmetricDifference(new Set(eagerChunks(output).map(numberOf))).size > 0)
    throw new Error(`${path}: the import statements are not those that esbuild names`)
  const module = (specifier: string) =>
    specifier.startsWith('.') ? `$load(${numberOf(specifier)})` : `require(${JSON.stringify(specifier)})`
  const bound = imports.map(([, whole, all, names, specifier = '']) => {
    const lines = [whole, all].filter((name) => name !== undefined).map((name) => `const ${name}=${module(specifier)};`)
    if (names !== undefined)
      lines.push(`const {${list(names).map(([from, to]) => `${from}:${to}`)}}=${module(specifier)};`)
    return lines.length === 0 ? `${module(specifier)};` : lines.join('')
  })
  const body = text
    .replaceAll(importing, (statement) => '\n'.repeat(statement.split('\n').length - 1))
    .replaceAll(exportList, '')
    .replaceAll(exportOfCommonJs, '')
    .replaceAll(lazyImport, (_, specifier: string) => `Promise.resolve().then(()=>${module(specifier)})`)
  // Modules in CommonJS are not strict, ES modules always are.
  const strict = /\b__commonJS\(/.test(body) ? '' : '"use strict";'
  // What stands before and behind the module's text are lines of their own, so that the others keep their places.
  const source = `chunks[${numberOf(path)}]=function(${given}){${strict}${bound.join('')}\n${body}\n${exported.statement}};`
  return await minified(source, oneLineLater(map))
}

/** The names that a chunk exports, and the statement that returns them. @throws Error for one that is assigned later */
function exportsOf(text: string, path: string): { readonly names: readonly string[]; readonly statement: string } {
  const pairs = [...text.matchAll(exportList)].flatMap(([, names = '']) => list(names))
  for (const [local] of pairs)
    if (isAssigned(local, text))
      throw new Error(`${path} exports ${local}, which is assigned again: export a function of it`)
  const [commonJs] = [...text.matchAll(exportOfCommonJs)].map(([, value]) => value)
  if (commonJs !== undefined)
    return { names: ['default'], statement: `const exported=${commonJs};return{...exported,default:exported}` }
  return {
    names: pairs.map(([, name]) => name),
    statement: `return{${pairs.map(([local, name]) => `${name}:${local}`)}}`,
  }
}

/** `a, b as c` as pairs: the name outside of the braces' module last. */
function list(names: string): [string, string][] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const [from = '', to = from] = name.split(' as ')
      return [from, to]
    })
}

/** Whether a variable gets a value elsewhere than where it is declared; rather once too often. */
function isAssigned(name: string, text: string): boolean {
  const escaped = name.replaceAll('$', '\\$')
  const assignment = new RegExp(
    `(?<![.\\w$])${escaped}\\s*(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])|(?<![.\\w$])${escaped}(?:\\+\\+|--)|(?:\\+\\+|--)${escaped}(?![\\w$])`,
    'g',
  )
  return [...text.matchAll(assignment)].some(({ index }) => !/(?:var|let|const) $/.test(text.slice(0, index)))
}

/** @throws Error where a chunk is imported by one that it imports: it would be asked for before it has run */
function mustNotImportItself(written: readonly Written[]): void {
  const eager = new Map(
    written.map(({ path, output }) => [basename(path), eagerChunks(output).map((to) => basename(to))]),
  )
  const done = new Set<string>()
  const visit = (name: string, way: readonly string[]) => {
    if (way.includes(name)) throw new Error(`chunks import each other: ${[...way, name].join(' -> ')}`)
    if (done.has(name)) return
    for (const next of eager.get(name) ?? []) visit(next, [...way, name])
    done.add(name)
  }
  for (const name of eager.keys()) visit(name, [])
}

/** Paths of the chunks that one imports without `import()`. */
function eagerChunks({ imports }: Written['output']): string[] {
  return imports.flatMap(({ kind, external, path }) => (kind === 'import-statement' && external !== true ? [path] : []))
}

async function minified(source: string, map: string): Promise<Chunk> {
  const inline = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString('base64')}`
  const { code, map: composed } = await transform(`${source}\n${inline}\n`, {
    minify: true,
    target: 'node24',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'error',
  })
  return { code: code.trimEnd(), map: composed }
}

/** A source map of the same text one line further down. */
function oneLineLater(map: string): string {
  const read = JSON.parse(map) as { mappings: string }
  return JSON.stringify({ ...read, mappings: `;${read.mappings}` })
}
