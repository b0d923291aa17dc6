import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { objectsOf } from '../../../src/envoy/json.ts'
import { before, diff, dump, folder, moved, same, saved } from './made-dump.ts'

test('several dumps are held against each other: the odd one first, and what it lacks', async () => {
  const { code, out } = await diff('--file', before, '--file', moved, '--file', same)
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n').slice(0, 5), [
    `1 of 3: ${moved}`,
    `2 of 3: ${before}, ${same}`,
    '',
    `--- ${before}`,
    `+++ ${moved}`,
  ])
  assert.equal((await diff('--file', before, '--file', same, '--file', before)).code, 0)
})

test('of groups of one size the first is the one that the others are held against', async () => {
  const { out } = await diff('--file', before, '--file', moved, '--file', saved('weight.json', dump({ weight: 1 })))
  assert.match(out, new RegExp(`1 of 3: ${before}\n\n--- ${before}\n`))
})

test('a dump that lacks kinds hides no difference between the others, and that it lacks them is said', async () => {
  const clusters = saved('clusters.json', { configs: objectsOf(dump().configs).slice(0, 1) })
  const weight = saved('other-weight.json', dump({ weight: 1 }))
  for (const files of [
    [clusters, before, weight],
    [before, clusters, weight],
  ]) {
    const { code, out, err } = await diff(...files.flatMap((file) => ['--file', file]))
    assert.equal(code, 1)
    assert.match(out, /weight 80 -> 1 /)
    assert.match(err, /routes not compared: .*clusters\.json has no routes in its dump\n/)
  }
})

test('of three one that cannot be read is named once; with fewer than two there is no answer', async () => {
  const text = saved('text.json', 'hello')
  const three = await diff('--file', before, '--file', same, '--file', text)
  assert.deepEqual([three.code, three.out], [2, ''])
  assert.match(three.err, new RegExp(`^error: ${text} is not an Envoy config dump`, 'm'))
  const one = await diff('--file', before, '--file', text, '--file', join(folder, 'none.json'))
  assert.deepEqual([one.code, one.out], [2, ''])
  assert.match(
    one.err,
    /^error: there are no two proxies to compare: .*text\.json is not an Envoy config dump.* \(and 1 more\)$/m,
  )
  assert.doesNotMatch(one.err, /No differences/)
})

test('folders: what could not be read does not count as compared', async () => {
  const [first, second] = ['first', 'second'].map((name) => {
    mkdirSync(join(folder, name))
    saved(`${name}/a.json`, dump())
    saved(`${name}/b.json`, dump())
    return join(folder, name)
  })
  saved('second/b.json', '{"configs": [}')
  const { code, err } = await diff('--file', first ?? '', '--file', second ?? '')
  assert.equal(code, 2, err)
  assert.match(err, /1 proxy was compared, 0 differ\./)
})

test('two folders: dumps at the same place are compared, whatever the folders are called', async () => {
  for (const [name, weight] of [
    ['yesterday', 80],
    ['today', 30],
  ] as const) {
    mkdirSync(join(folder, name, 'shop'), { recursive: true })
    saved(`${name}/edge.json`, dump())
    saved(`${name}/shop/web.json`, dump({ weight }))
  }
  saved('today/new.json', dump())
  const { code, out, err } = await diff('--file', join(folder, 'yesterday'), '--file', `${join(folder, 'today')}/`)
  assert.equal(code, 1)
  assert.match(
    out,
    /^\+ proxy .*today\/+new\.json\n\n--- .*yesterday\/shop\/web\.json\n\+\+\+ .*today\/+shop\/web\.json\n/,
  )
  assert.match(err, /2 proxies were compared, 1 differ\./)
})

test('a masked dump and a whole one: what only one has is not compared, and that is said', async () => {
  const own = dump()
  const masked = saved('masked.json', { configs: objectsOf(own.configs).slice(0, 1) })
  const { code, err } = await diff('--file', before, '--file', masked)
  assert.equal(code, 0)
  assert.match(err, /listeners not compared: .*masked\.json has no listeners in its dump\n/)
  const other = saved('other.json', { configs: objectsOf(own.configs).slice(1, 2) })
  assert.equal((await diff('--file', masked, '--file', other)).code, 2)
})
