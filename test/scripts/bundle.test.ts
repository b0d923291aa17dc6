import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Metafile } from 'esbuild'
import { type Bundle, buildBundle, bundleFile, noticesFile } from '../../scripts/bundle/build.ts'
import { notServed } from '../../scripts/bundle/not-served.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'bundle-test-'))
after(() => rmSync(folder, { recursive: true }))

let metafile: Metafile
let chunks: Bundle['chunks']
before(async () => {
  ;({ metafile, chunks } = await buildBundle(root, folder))
})

/** Modules that are evaluated when the program starts: reached from main.ts without `import()`. */
function eager({ inputs }: Metafile): Set<string> {
  const found = new Set<string>()
  const next = ['src/main.ts']
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (found.has(path)) continue
    found.add(path)
    for (const { path: to, kind, external } of inputs[path]?.imports ?? []) {
      if (kind !== 'dynamic-import' && !external) next.push(to)
    }
  }
  return found
}

test('libraries are loaded when they are needed, not at the start', () => {
  const lazy = ['@kubernetes/client-node', 'undici', 'ws', 'js-yaml', 'yargs', 'tar-stream', 'jsondiffpatch', 're2js']
  const started = [...eager(metafile)]
  for (const name of lazy) {
    assert.deepEqual(
      started.filter((path) => path.includes(`node_modules/${name}/`)),
      [],
      name,
    )
  }
})

test('of client-node there is what the program uses: not its generated API, its models or the libraries of these', () => {
  const paths = Object.keys(metafile.inputs)
  assert.ok(paths.some((path) => path.endsWith('client-node/dist/exec.js')))
  for (const name of ['@kubernetes/client-node/dist/gen', 'undici', 'jsonpath-plus'])
    assert.deepEqual(
      paths.filter((path) => path.includes(`node_modules/${name}/`)),
      [],
      name,
    )
})

test('at most 180 kB of the bundle are read and evaluated at the start', () => {
  const names = Object.keys(metafile.outputs)
  const main = names.find((name) => metafile.outputs[name]?.entryPoint === 'src/main.ts')
  const numbered = [main, ...names.filter((name) => name !== main)]
  const [started, next] = [new Set<string>(), [main]]
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (started.has(name)) continue
    started.add(name)
    for (const { path, kind, external } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement' && !external) next.push(path)
  }
  const bytes = [...started].reduce((sum, name) => sum + (chunks[numbered.indexOf(name)]?.code.length ?? 0), 0)
  assert.ok(bytes > 50_000 && bytes < 180_000, `${bytes} bytes`)
})

test('the same sources give the same bytes', async () => {
  const [first, notices] = [bundleFile, noticesFile].map((name) => readFileSync(join(folder, name)))
  await buildBundle(root, folder)
  assert.ok(readFileSync(join(folder, bundleFile)).equals(first ?? Buffer.alloc(0)))
  assert.ok(readFileSync(join(folder, noticesFile)).equals(notices ?? Buffer.alloc(0)))
})

test('of package.json only the version is in it', () => {
  const bundle = readFileSync(join(folder, bundleFile), 'utf8')
  assert.doesNotMatch(bundle, /"?devDependencies"?:/)
})

test('the licence of every package with code in it is in the notices', () => {
  const notices = readFileSync(join(folder, noticesFile), 'utf8')
  const packages = new Set(
    Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.entries(inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/.*$/.exec(path)?.[1] ?? []),
  )
  assert.ok(packages.size > 5)
  for (const name of packages) assert.match(notices, new RegExp(`^${name} \\d+\\.`, 'm'), name)
})

test('what a single executable cannot load at run time is found, and the bundle has none of it', () => {
  const asks = (bundle: string, ...external: string[]) =>
    notServed(bundle, {
      outputs: {
        'out.cjs': {
          bytes: 1,
          inputs: {},
          exports: [],
          imports: external.map((path) => ({ path, kind: 'require-call', external: true })),
        },
      },
    }).length
  for (const text of [
    'await import("node:zlib")',
    'import(name)',
    'x=>import ( x )',
    'new Function("p","return import(p)")',
    'import.meta.resolve("x")',
  ])
    assert.equal(asks(text), 1, text)
  for (const text of ['importer(x)', 'a.import(x)', '$import(x)', 'require("node:zlib")'])
    assert.equal(asks(text), 0, text)
  assert.equal(asks('', 'node:zlib', 'fs', 'node:sqlite', 'bufferutil'), 0)
  assert.equal(asks('', 'left-pad', './other.js'), 2)
  assert.deepEqual(notServed(readFileSync(join(folder, bundleFile), 'utf8'), metafile), [])
})

test('it runs alone: help, version, a dump, an error and its exit code', () => {
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [join(folder, bundleFile), ...argv], { cwd: folder, encoding: 'utf8' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  assert.match(run('--help').stdout, /^Usage:$/m)
  assert.equal(run('--version').stdout, `kubectl proxy-config ${version}\n`)
  assert.match(run('clusters', '--file', join(root, 'test/fixtures/sidecar/config_dump.json')).stdout, /^SERVICE FQDN/)
  const failed = run('clusters', '--file', 'missing.json')
  assert.equal(failed.status, 1)
  assert.equal(failed.stdout, '')
  assert.match(failed.stderr, /missing\.json/)
})
