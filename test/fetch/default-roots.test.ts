import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultRootsOf } from '../../src/fetch/default-roots.ts'

/** Node's certificates by kind; what was set last is the default. */
function fakeNode(sea = true) {
  const set: (readonly string[])[] = []
  const kinds = { default: ['node', 'more'], bundled: ['node'], extra: ['more'] }
  return {
    set,
    isSea: () => sea,
    getCACertificates: (kind: keyof typeof kinds) =>
      kind === 'default' && set.length > 0 ? [...(set.at(-1) ?? [])] : kinds[kind],
    setDefaultCACertificates: (roots: readonly string[]) => void set.push(roots),
  }
}

test('connections that name their roots leave none by default, and none is read twice', () => {
  const node = fakeNode()
  const roots = defaultRootsOf(node)
  roots.unused({})
  roots.unused({})
  assert.deepEqual(node.set, [[]])
  assert.deepEqual(roots.list(), ['node', 'more'], 'they can be named still')
})

test('a connection that names none gets all of them back, and keeps them', () => {
  const node = fakeNode()
  const roots = defaultRootsOf(node)
  roots.unused({})
  roots.used()
  roots.used()
  roots.unused({})
  assert.deepEqual(node.set, [[], ['node', 'more']])
})

test('after a connection that names none, Node keeps its own', () => {
  const node = fakeNode()
  const roots = defaultRootsOf(node)
  roots.used()
  roots.unused({})
  assert.deepEqual(node.set, [])
  assert.deepEqual(roots.list(), ['node', 'more'])
})

test('where flags or the environment may change what they are, Node keeps its own', () => {
  for (const [node, env] of [
    [fakeNode(false), {}],
    [fakeNode(), { NODE_USE_SYSTEM_CA: '1' }],
  ] as const) {
    const roots = defaultRootsOf(node)
    roots.unused(env)
    roots.used()
    assert.deepEqual(node.set, [])
  }
})

test('whoever opens a TLS connection says whether the default roots count', () => {
  const root = join(import.meta.dirname, '../..')
  const opens = /import (?!type)[^;]*?\b(?:connect\w*|request\w*|Agent\w*)\b[^;]*? from 'node:(?:tls|https)'/
  const files = globSync('src/**/*.ts', { cwd: root }).map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }))
  const open = files.filter(({ text }) => text.split('\n').some((line) => opens.test(line)))
  assert.ok(open.length >= 4, `${open.length} files`)
  // Requests to the API server go through the agent of its connection.
  const byAgent = ['src/fetch/kube/api/api.ts']
  assert.deepEqual(
    open.filter(({ path, text }) => !byAgent.includes(path) && !/\bdefaultRoots\.u(?:n)?sed\(/.test(text)),
    [],
  )
})
