import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What a folder of src may import besides itself. docs/architecture.md has the same in words. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  main: ['cli', 'contract', 'errors'],
  cli: ['commands', 'sql', 'contract', 'fetch', 'mesh', 'resources', 'output', 'envoy', 'view', 'errors'],
  commands: [
    'contract',
    'fetch',
    'mesh',
    'schema',
    'resources',
    'analyses',
    'lint',
    'walk',
    'semantics',
    'ztunnel',
    'admin',
    'sql',
    'page',
    'output',
    'envoy',
    'view',
    'errors',
  ],
  contract: ['fetch', 'mesh', 'output', 'schema', 'envoy', 'view', 'errors'],
  fetch: ['mesh', 'envoy', 'errors'],
  mesh: ['envoy', 'errors'],
  resources: ['schema', 'envoy', 'view', 'errors'],
  // Of the contract, what an analysis consists of.
  analyses: ['contract', 'schema', 'resources', 'walk', 'semantics', 'envoy', 'view', 'errors'],
  walk: ['semantics', 'envoy', 'errors'],
  semantics: ['envoy', 'errors'],
  lint: ['contract', 'schema', 'semantics', 'envoy', 'view', 'errors'],
  // What a page is made of, and what runs in it.
  page: [
    'contract',
    'analyses',
    'walk',
    'semantics',
    'resources',
    'schema',
    'output',
    'fetch',
    'envoy',
    'platform',
    'view',
    'errors',
  ],
  sql: ['errors'],
  ztunnel: ['schema', 'envoy', 'view', 'errors'],
  admin: ['contract', 'schema', 'semantics', 'envoy', 'view', 'errors'],
  output: ['schema', 'envoy', 'platform', 'view', 'errors'],
  schema: ['view'],
  envoy: ['platform', 'view', 'errors'],
  view: [],
  platform: [],
  errors: [],
  core: ['resources', 'walk', 'analyses', 'output', 'envoy', 'platform', 'view', 'errors'],
}

/** The folders that own each library. `js-yaml` reads where text comes in and writes where it goes out. */
const owners: Readonly<Record<string, readonly string[]>> = {
  yargs: ['cli'],
  '@kubernetes/client-node': ['fetch'],
  ws: ['fetch'],
  'socks-proxy-agent': ['fetch'],
  'tar-stream': ['fetch'],
  yazl: ['fetch'],
  jsondiffpatch: ['analyses'],
  re2js: ['semantics'],
  'string-width': ['output'],
  table: ['output'],
  '@dagrejs/dagre': ['page'],
  'json-p3': ['output'],
  'hyparquet-writer': ['output'],
  '@bufbuild/protobuf': ['envoy'],
  'js-yaml': ['envoy', 'fetch', 'output'],
}

interface Import {
  readonly from: string
  readonly to: string
}

const all: readonly Import[] = globSync('{src,scripts}/**/*.ts', { cwd: root }).flatMap((from) =>
  [
    ...readFileSync(join(root, from), 'utf8').matchAll(
      /(?:^import\b[^'"]*?|^} from |^export [^'"]* from |\bimport\()\s*['"]([^'"]+)['"]/gm,
    ),
  ].map(([, specifier = '']) => ({
    from,
    to: specifier.startsWith('.') ? relative(root, join(root, dirname(from), specifier)) : specifier,
  })),
)
const imports = all.filter(({ from }) => from.startsWith('src/'))

test('imports point one way', () => {
  assert.ok(imports.length > 200, 'the imports were found')
  const wrong = imports.filter(({ from, to }) => {
    if (!to.startsWith('src/')) return false
    const [source, target] = [folderOf(from), folderOf(to)]
    if (source === target) return false
    return !(mayImport[source] ?? []).includes(target)
  })
  assert.deepEqual(wrong, [])
})

test('what authz, describe and lint say stands on the walk and on semantics, not on trace', () => {
  const wrong = all.filter(
    ({ from, to }) =>
      /^src\/(?:lint|analyses\/(?:authz|describe))\//.test(from) && to.startsWith('src/analyses/trace/'),
  )
  assert.deepEqual(wrong, [])
})

test('no circle of imports: between files, between folders, between what lies side by side in a folder', () => {
  const ours = all.filter(({ to }) => /^(?:src|scripts)\//.test(to))
  assert.deepEqual(circle(ours), undefined)
  // The files that lie in src and scripts themselves are the ends of the graph: main and core above all, view and errors below.
  const folder = (file: string) => (/^[^/]+\/[^/]+$/.test(file) ? file : dirname(file))
  assert.deepEqual(circle(ours.map(({ from, to }) => ({ from: folder(from), to: folder(to) }))), undefined)
  for (const parent of new Set(ours.flatMap(({ from }) => foldersOver(from)))) {
    const child = (file: string) => {
      const end = file.indexOf('/', parent.length + 1)
      return end === -1 ? file : file.slice(0, end)
    }
    const inside = ours.filter(({ from, to }) => from.startsWith(`${parent}/`) && to.startsWith(`${parent}/`))
    assert.deepEqual(circle(inside.map(({ from, to }) => ({ from: child(from), to: child(to) }))), undefined, parent)
  }
})

test('a circle is found', () => {
  const chain = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'a' },
  ]
  assert.equal(circle(chain), undefined)
  assert.deepEqual(circle([...chain, { from: 'c', to: 'b' }]), ['b', 'c', 'b'])
})

test('a folder can be taken in at a glance: at most 25 files of code side by side', () => {
  const files = globSync('{src,scripts,test}/**/*.{ts,mjs,py,sh}', { cwd: root, exclude: ['test/golden/**'] })
  assert.ok(files.length > 400, 'the files were found')
  const crowded = [...Map.groupBy(files, (file) => dirname(file))].filter(([, inside]) => inside.length > 25)
  assert.deepEqual(
    crowded.map(([folder, inside]) => `${folder}: ${inside.length}`),
    [],
  )
})

test('a file can be read in one go: at most 250 lines, but for what is generated; biome.json holds the length of functions', () => {
  const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.generated.ts'))
  const lengths = files.map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 250),
    [],
  )
})

test('a test file can be read in one go as well: at most 400 lines', () => {
  const files = globSync('{test,scripts}/**/*.{ts,mjs}', { cwd: root }).filter(
    (file) => !file.endsWith('.generated.ts'),
  )
  const lengths = files.map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
  assert.ok(files.length > 300, 'the files were found')
  assert.deepEqual(
    lengths.filter(({ lines }) => lines > 400),
    [],
  )
})

test('which proxies are meant is read in one file', () => {
  const readers = globSync('src/**/*.ts', { cwd: root }).filter((file) =>
    /args\.strings?\('(?:file|url)'\)/.test(readFileSync(join(root, file), 'utf8')),
  )
  assert.deepEqual(readers, ['src/contract/selection.ts'])
})

test('each library has its owner', () => {
  const wrong = imports.filter(({ from, to }) => {
    if (to.startsWith('src/') || to.startsWith('node:') || to.endsWith('package.json')) return false
    const name = to.startsWith('@') ? to.split('/').slice(0, 2).join('/') : (to.split('/')[0] ?? to)
    return !(owners[name] ?? []).includes(folderOf(from))
  })
  assert.deepEqual(wrong, [])
})

test('what runs in a browser as well asks the platform, not Node', () => {
  const wrong = globSync(
    'src/{envoy,semantics,walk,resources,analyses,output,ztunnel,admin,page/browser,page/read}/**/*.ts',
    { cwd: root },
  )
    .filter((file) => !ofNode.has(file))
    .filter((file) => {
      const text = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|^import type .*/gm, '')
      return /\bBuffer\.|from 'node:/.test(text)
    })
  assert.deepEqual(wrong, [])
})

/** Only the program reads dumps in protobuf: they come from an istiod that it asked. */
const ofNode: ReadonlySet<string> = new Set(['src/envoy/protobuf/message-registry.ts'])

test('only the edge touches the process; analyses do no I/O and read no clock', () => {
  const pure = /^src\/(?:envoy|semantics|walk|resources|analyses|ztunnel|admin|output|commands|contract)\//
  const wrong = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    const found: string[] = []
    if (file !== 'src/main.ts' && /\b(?:process|console)\./.test(text)) found.push(`${file}: process or console`)
    if (pure.test(file) && /\bDate\.now\(|\bnew Date\(\)|from 'node:(?:fs|net|http|https|child_process)/.test(text))
      found.push(`${file}: I/O or clock`)
    return found
  })
  assert.deepEqual(wrong, [])
})

test('no list is spread into a call: a long one is more than the stack holds', () => {
  const call =
    /\.(?:push|unshift|splice|max|min|fromCharCode|fromCodePoint)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*?\.\.\.(?!\[|\w+\.subarray\()/g
  const wrong = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(call)]
      .filter(([found]) => !/[[{][^\]}]*\.\.\.$/.test(found))
      .map(([found]) => `${file}: ${found}`),
  )
  assert.deepEqual(wrong, [])
})

/** `src/a/b.ts` lies in `src/a`, and that in `src`. */
function foldersOver(file: string): string[] {
  const parts = file.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** The nodes of a circle, the first of them again at the end; undefined where there is none. An edge to itself is none. */
function circle(edges: readonly Import[]): string[] | undefined {
  const next = Map.groupBy(edges, ({ from }) => from)
  const done = new Set<string>()
  function visit(node: string, path: readonly string[]): string[] | undefined {
    const at = path.indexOf(node)
    if (at !== -1) return [...path.slice(at), node]
    if (done.has(node)) return undefined
    for (const { to } of next.get(node) ?? []) {
      const found = to === node ? undefined : visit(to, [...path, node])
      if (found !== undefined) return found
    }
    done.add(node)
    return undefined
  }
  for (const node of next.keys()) {
    const found = visit(node, [])
    if (found !== undefined) return found
  }
  return undefined
}

function folderOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '')
}

/** How a clock gets into a comparison: read in an assertion, or subtracted from a later reading. The end of a wait is a sum. */
const comparisonsOfTime = [
  /\bperformance\.now\b|\bhrtime\b|\bprocess\.uptime\b/,
  /\bassert(?:\.\w+)?\(.*\bDate\.now\b/,
  /\bDate\.now\(\) - (?!\d)|- Date\.now\(\)(?!\))/,
]

test('no test compares times of the clock: a loaded machine takes what it takes', () => {
  const counts = [
    'const a = performance.now()',
    'assert.ok(f(g(1), Date.now()) < end)',
    'const took = Date.now() - began',
  ]
  for (const line of counts)
    assert.ok(
      comparisonsOfTime.some((pattern) => pattern.test(line)),
      line,
    )
  const known = ['test/architecture.test.ts']
  const wrong = globSync('test/**/*.ts', { cwd: root }).filter((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return !known.includes(file) && comparisonsOfTime.some((pattern) => pattern.test(text))
  })
  assert.deepEqual(wrong, [])
})
