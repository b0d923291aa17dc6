import assert from 'node:assert/strict'
import { test } from 'node:test'
import { patch as applyDelta } from 'jsondiffpatch'
import { patch } from 'jsondiffpatch/formatters/jsonpatch'
import { canonical } from '../../../src/analyses/diff/canonical.ts'
import { difference } from '../../../src/analyses/diff/delta.ts'
import { diffDocument } from '../../../src/analyses/diff/diff-document.ts'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import type { Side } from '../../../src/analyses/diff/dump-diff.ts'
import { hunks } from '../../../src/analyses/diff/hunks.ts'
import { lineDiff } from '../../../src/analyses/diff/line-diff.ts'
import { isObject, type Json, type JsonObject } from '../../../src/envoy/json.ts'
import { dumpOf, fixture, inCamelCase, seeded } from './dumps.ts'
import { editOne, shuffle } from './edits.ts'

const seeds = Array.from({ length: 40 }, (_, index) => index + 1)

for (const name of ['sidecar', 'gateway']) {
  test(`${name}: a shuffled copy is equal`, async () => {
    for (const seed of seeds.slice(0, 5)) {
      const diff = diffDumps(
        await dumpOf(inCamelCase(fixture(name))),
        await dumpOf(shuffle(fixture(name), seeded(seed))),
      )
      assert.equal(diff.match, true, `seed ${seed}`)
    }
  })

  test(`${name}: one edit is found, in its resource and at its path, and the patch leads to the other side`, async () => {
    const from = await dumpOf(inCamelCase(fixture(name)))
    for (const seed of seeds) {
      const edited = fixture(name)
      const edit = editOne(edited, seeded(seed))
      const diff = diffDumps(from, await dumpOf(edited))
      const changed = diff.kinds.flatMap(({ changed }) => changed)
      assert.deepEqual(
        changed.map((resource) => resource.name),
        [edit.resource],
        `seed ${seed}: ${edit.path}`,
      )
      const paths = changed.flatMap(({ changes }) =>
        changes.map(({ path }) =>
          path.replace(/\[(?:"(.*?)"|[^"].*?)\](?=\.|\[|$)/g, (_, key) => (key === undefined ? '' : `.${key}`)),
        ),
      )
      assert.ok(
        paths.some((path) => edit.path === path || edit.path.startsWith(`${path}.`)),
        `seed ${seed}: ${edit.path} is not under ${paths}`,
      )
      for (const kind of diff.kinds) {
        const side = documentOf(kind.sides.controlPlane)
        patch(side, JSON.parse(JSON.stringify(diffDocument(diff).kinds[kind.kind]?.patch)))
        assert.deepEqual(side, documentOf(kind.sides.envoy), `seed ${seed}`)
      }
    }
  })
}

test('the patch and the delta between any two trees lead from one to the other, and the lines are both of them', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = seeded(seed)
    const a = canonical(objectFrom(randomTree(random, 4)), '')
    const b = canonical(random() < 0.7 ? mutated(a, random) : objectFrom(randomTree(random, 4)), '')
    const found = difference(a, b)
    assert.equal(found === undefined, JSON.stringify(a) === JSON.stringify(b))
    const document = diffDocument({ match: false, kinds: [kindWith(a, b, found)] }).kinds.clusters
    const patched = { x: structuredClone(a) }
    patch(patched, structuredClone([...(document?.patch ?? [])]))
    assert.deepEqual(patched, { x: b }, `seed ${seed}`)
    // The delta format has no way to say that a key named `_t` changes.
    if (!JSON.stringify([a, b]).includes('"_t"')) {
      assert.deepEqual(
        applyDelta({ x: structuredClone(a) }, structuredClone(document?.delta)),
        { x: b },
        `seed ${seed}`,
      )
    }
    const lines = lineDiff({ a, b, head: '', tails: ['', ''] })
    const side = (mark: '-' | '+') =>
      lines.flatMap((line) => ('text' in line && (line.mark === ' ' || line.mark === mark) ? [line.text] : []))
    assert.deepEqual(JSON.parse(side('-').join('\n')), a, `seed ${seed}`)
    assert.deepEqual(JSON.parse(side('+').join('\n')), b, `seed ${seed}`)
    assert.deepEqual(applyHunks(side('-'), hunks(lines)), side('+'), `seed ${seed}`)
  }
})

function kindWith(a: JsonObject, b: JsonObject, found: ReturnType<typeof difference>) {
  const side = (resource: JsonObject): Side => ({ names: ['x'], resource: () => resource })
  return {
    kind: 'clusters',
    skipped: undefined,
    match: false,
    same: 0,
    lastLoaded: undefined,
    onlyInControlPlane: [],
    onlyInEnvoy: [],
    changed: found === undefined ? [] : [{ name: 'x', ...found }],
    warming: [],
    rejected: [],
    sides: { controlPlane: side(a), envoy: side(b) },
  } as const
}

function documentOf(side: Side): JsonObject {
  return Object.fromEntries(
    side.names.map((name): [string, Json] => [name, structuredClone(side.resource(name) ?? null)]),
  )
}

/** What patch(1) does, without any tolerance. */
function applyHunks(lines: readonly string[], diff: readonly string[]): string[] {
  const result: string[] = []
  let next = 0
  for (const line of diff) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@$/.exec(line)
    if (header !== null) {
      const start = Number(header[1]) - (header[2] === '0' ? 0 : 1)
      result.push(...lines.slice(next, start))
      next = start
    } else if (line.startsWith('+')) result.push(line.slice(1))
    else {
      assert.equal(lines[next], line.slice(1))
      if (line.startsWith(' ')) result.push(line.slice(1))
      next++
    }
  }
  return [...result, ...lines.slice(next)]
}

function randomTree(random: () => number, depth: number): Json {
  const kind = Math.floor(random() * (depth === 0 ? 4 : 8))
  if (kind === 0) return Math.floor(random() * 5)
  if (kind === 1) return random() < 0.5
  if (kind === 2) return null
  if (kind === 3) return ['a', 'b', '~/"', '10s'][Math.floor(random() * 4)] ?? ''
  const size = Math.floor(random() * 6)
  if (kind < 6) return Array.from({ length: size }, () => randomTree(random, depth - 1))
  const keys = ['name', 'a/b', 'c~d', 'match', '1', '10', 'filter_metadata', 'domains', '_t']
  return Object.fromEntries(
    Array.from({ length: size }, () => [keys[Math.floor(random() * keys.length)] ?? '', randomTree(random, depth - 1)]),
  )
}

/** The same tree with some parts replaced, removed, doubled and put at another place. */
function mutated(value: JsonObject, random: () => number): JsonObject {
  return objectFrom(mutate(value, random))
}

function mutate(value: Json, random: () => number): Json {
  if (random() < 0.05) return randomTree(random, 2)
  if (Array.isArray(value)) {
    const items = value.flatMap((item) =>
      random() < 0.1 ? [] : random() < 0.1 ? [mutate(item, random), item] : [mutate(item, random)],
    )
    return random() < 0.2 ? items.reverse() : items
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]): [string, Json][] =>
      random() < 0.05 ? [] : [[key, mutate(inner ?? null, random)]],
    ),
  )
}

function objectFrom(value: Json): JsonObject {
  return isObject(value) ? value : { value }
}
