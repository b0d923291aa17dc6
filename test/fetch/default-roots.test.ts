import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { defaultRootsOf } from '../../src/fetch/default-roots.ts'

const flags = ['--use-openssl-ca', '--no-use-system-ca']

/** Node's certificates by kind, and what was set as the default. */
function fakeNode(execArgv: readonly string[], env: Record<string, string> = {}) {
  const set: (readonly string[])[] = []
  const kinds = { default: ['as Node has them'], bundled: ['node'], system: ['system'], extra: ['extra'] }
  return {
    set,
    execArgv,
    env,
    getCACertificates: (kind: keyof typeof kinds) => kinds[kind],
    setDefaultCACertificates: (roots: readonly string[]) => void set.push(roots),
  }
}

test('connections that name their roots leave none by default, and none is read twice', () => {
  const node = fakeNode(flags)
  const roots = defaultRootsOf(node)
  roots.unused()
  roots.unused()
  assert.deepEqual(node.set, [[]])
  assert.deepEqual(roots.list(), ['node', 'extra'], 'they can be named still')
})

test('a connection that names none has all of them, also after others, and keeps them', () => {
  for (const before of [0, 1]) {
    const node = fakeNode(flags)
    const roots = defaultRootsOf(node)
    for (let each = 0; each < before; each++) roots.unused()
    roots.used()
    roots.used()
    roots.unused()
    assert.deepEqual(node.set.slice(before), [['node', 'extra']])
  }
})

test('NODE_USE_SYSTEM_CA adds those of the system', () => {
  const node = fakeNode(flags, { NODE_USE_SYSTEM_CA: '1' })
  defaultRootsOf(node).used()
  assert.deepEqual(node.set, [['node', 'system', 'extra']])
})

test('where Node has its own roots, nothing is set', () => {
  const node = fakeNode([])
  const roots = defaultRootsOf(node)
  roots.unused()
  roots.used()
  assert.deepEqual(node.set, [])
  assert.deepEqual(roots.list(), ['as Node has them'])
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
