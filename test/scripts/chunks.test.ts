import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Chunk, chunksOf, type Written } from '../../scripts/bundle/chunks.ts'
import { joinedChunks } from '../../scripts/bundle/joined-chunks.ts'
import { indexOf, programInParts } from '../../scripts/package/parts.ts'

const emptyMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' })

/** A module as esbuild writes and describes it. */
function written(
  path: string,
  text: string,
  { imports = [], exports = [] }: Partial<Record<'imports' | 'exports', string[]>>,
): Written {
  const found = imports.map((to) => ({
    path: to,
    kind: 'import-statement' as const,
    ...(to.includes(':') && { external: true }),
  }))
  const entryPoint = path === 'main.js' ? { entryPoint: 'main.ts' } : {}
  return {
    path,
    text,
    map: emptyMap,
    output: { bytes: text.length, inputs: {}, imports: found, exports, ...entryPoint },
  }
}

/** Runs chunks as the bundle and the executable do. */
function exportsOf(chunks: readonly Chunk[]): Record<string, unknown> {
  const { text } = joinedChunks(chunks, '')
  return new Function('require', '__filename', `${text.replace('load(0);\n', 'return load(0)')}`)(
    process.getBuiltinModule,
    '/program',
  )
}

test('a chunk has what it imports of others and of Node, in the order of its statements, and loads lazily what it asks for', async () => {
  const chunks = await chunksOf(
    [
      written('lazy.js', 'export default require_lazy();\nfunction require_lazy() {\n  return { named: 5 };\n}\n', {
        exports: ['default'],
      }),
      written(
        'shared.js',
        'import { basename as base } from "node:path";\nfunction last(path) {\n  return base(path);\n}\nvar $count = 2;\nexport {\n  last,\n  $count as count\n};\n',
        { imports: ['node:path'], exports: ['last', 'count'] },
      ),
      written(
        'main.js',
        'import {\n  count as many,\n  last\n} from "./shared.js";\nimport "./shared.js";\nimport os from "node:os";\nimport * as url from "node:url";\nvar lazy = () => import("./lazy.js");\nvar zlib = () => import("node:zlib");\nvar all = [many, last("a/b"), typeof os.cpus, typeof url.parse, import_meta_of()];\nfunction import_meta_of() {\n  return bundleUrl;\n}\nexport {\n  all,\n  lazy,\n  zlib\n};\n',
        { imports: ['shared.js', 'shared.js', 'node:os', 'node:url'], exports: ['all', 'lazy', 'zlib'] },
      ),
    ],
    'main.ts',
  )
  const { all, lazy, zlib } = exportsOf(chunks) as Record<string, () => Promise<Record<string, unknown>>>
  assert.deepEqual(all, [2, 'b', 'function', 'function', 'file:///program'])
  const module = await lazy?.()
  assert.equal(module?.named, 5)
  assert.deepEqual(module?.default, { named: 5 })
  assert.equal(typeof (await zlib?.())?.inflateRawSync, 'function')
})

test('what would not be the same in functions ends the build', async () => {
  const main = written('main.js', 'import "./a.js";\n', { imports: ['a.js'] })
  const a = (text: string, of: { imports?: string[]; exports?: string[] }) => [main, written('a.js', text, of)]
  for (const [wanted, modules] of [
    [
      /exports count, which is assigned again/,
      a('var count = 1;\nfunction add() {\n  count++;\n}\nexport {\n  count\n};\n', { exports: ['count'] }),
    ],
    [
      /exports \$of, which is assigned again/,
      a('var $of;\nfunction set() {\n  $of ??= 1;\n}\nexport {\n  $of\n};\n', { exports: ['$of'] }),
    ],
    [/import each other: main\.js -> a\.js -> main\.js/, a('import "./main.js";\n', { imports: ['main.js'] })],
    [/imports \.\/b\.js, which is no chunk/, a('import "./b.js";\n', { imports: ['b.js'] })],
    [/not those that esbuild names/, a('', { imports: ['main2.js'] }).concat(written('main2.js', '', {}))],
    [/not all of its exports/, a('export const x = 1;\n', { exports: ['x'] })],
  ] as const)
    await assert.rejects(chunksOf(modules, 'main.ts'), wanted)
})

test('parts have each chunk once, those of the same command lines together, in the lines of the bundle', () => {
  const chunks = ['a\nb', 'c', 'd', 'e\nf\ng', 'h'].map((code, at) => ({
    code: `chunks[${at}]=${code};`,
    map: emptyMap,
  }))
  const joined = joinedChunks(chunks, 'head;')
  const lines = joined.text.split('\n')
  const { text, parts } = programInParts({ chunks, joined }, [
    [0, 2, 3],
    [3, 0],
  ])
  assert.deepEqual(
    parts.map((part) => part.chunks),
    [[0, 3], [1], [2], [4]],
  )
  for (const { start, end, line, chunks: own } of parts) {
    const found = text.slice(start, end).split('\n')
    assert.deepEqual([found[0], found.at(-1)], ['(chunks=>{', '})'])
    // Apart from the lines of other chunks, which are empty, and from the function around them, it is the bundle.
    for (const [at, content] of found.slice(1, -1).entries())
      if (content !== '') assert.equal(content, lines[line + 1 + at])
    assert.ok(own.every((chunk) => text.slice(start, end).includes(chunks[chunk]?.code ?? '?')))
  }
  const index = indexOf(parts)
  assert.equal(index.readInt32LE(3 * 20), parts[0]?.start)
  assert.equal(index.readInt32LE(4 * 20 + 8), parts[3]?.line)
})
