import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Random, randomOf } from '../../../scripts/fuzz/random.ts'
import type { ConfigDump } from '../../../src/envoy/dump/config-dump.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'
import type { Json, JsonObject } from '../../../src/envoy/json.ts'
import { kinds, sections } from '../../../src/envoy/kinds.ts'
import { pageRedaction } from '../../../src/fetch/capture/write/page-redaction.ts'
import { DumpPacker } from '../../../src/page/write/packed-dump.ts'
import { PageEncoder } from '../../../src/page/write/page-encoder.ts'
import { storedPageOf } from './page-parts.ts'

const root = join(import.meta.dirname, '../../..')
const same = (value: Json) => value

/** A page of dumps, as a browser reads it. */
async function pageOf(dumps: readonly ConfigDump[], redact: (value: Json) => Json = same) {
  let html = ''
  const encoder = new PageEncoder(async (piece) => {
    html += piece
  })
  const packer = new DumpPacker(redact)
  for (const [at, dump] of dumps.entries()) {
    const { packed, added } = packer.pack(dump)
    encoder.take(added)
    const facts = { id: `p${at}`, label: 'p', counts: {}, rejected: 0 }
    await encoder.add({ facts, packed, trace: { target: [] }, tables: {} })
  }
  await encoder.end({ program: '', written: '2026-01-01T00:00:00Z', source: '', failures: [], tables: {}, notes: [] })
  return { page: await storedPageOf(html), html }
}

async function dumpAt(page: Awaited<ReturnType<typeof pageOf>>['page'], at: number): Promise<ConfigDump> {
  const facts = page.index.proxies[at]
  assert.ok(facts !== undefined)
  return page.dump(await page.recipe(facts))
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function contentOf(dump: ConfigDump): unknown {
  return plain({
    sections: dump.sections.map((section) => section.value()),
    notes: dump.notes,
    cut: dump.cut,
    entries: kinds.map((kind) =>
      dump
        .entries(kind)
        .map(({ name, state, version, lastUpdated, resource, error }) => [
          name,
          state,
          version,
          lastUpdated,
          resource,
          error,
        ]),
    ),
  })
}

test('the dump of every fixture comes out of a page as it went in, with its secrets hidden as in a capture', async () => {
  const files = globSync('test/fixtures/**/config_dump*.json', { cwd: root })
  assert.ok(files.length > 15)
  const { json } = pageRedaction([])
  const read = () => Promise.all(files.map((file) => readDump(readFileSync(join(root, file)), file)))
  const { page } = await pageOf(await read(), json)
  for (const [at, dump] of (await read()).entries()) {
    const hidden = await readDump(
      Buffer.from(JSON.stringify(json({ configs: dump.sections.map((section) => section.value()) }))),
      files[at] ?? '',
    )
    const [mine, theirs] = [contentOf(await dumpAt(page, at)), contentOf(hidden)] as Record<string, unknown>[]
    assert.deepEqual(mine?.sections, theirs?.sections, files[at])
    assert.deepEqual(mine?.entries, theirs?.entries, files[at])
  }
})

/** A value of JSON, with names that stand for something in a dump or in JavaScript. */
function value(random: Random, depth: number): Json {
  if (depth === 0 || random.chance(0.3))
    return random.pick<Json>([null, true, 0, -1.5, 1e21, '', 'a', '\u2028</script>', '\ud800', 'x'.repeat(300), {}, []])
  const length = random.below(4)
  if (random.chance(0.4)) return Array.from({ length }, () => value(random, depth - 1))
  const keys = ['version_info', 'lastUpdated', 'active_state', 'errorState', 'name', '__proto__', 'constructor', 'a']
  return Object.fromEntries(Array.from({ length }, (): [string, Json] => [random.pick(keys), value(random, depth - 1)]))
}

/** A dump of sections with any lists, any members and any fields beside them. */
function madeDump(random: Random): JsonObject {
  const configs = Array.from({ length: 1 + random.below(4) }, (): JsonObject => {
    const kind = random.pick(kinds)
    const { message, lists } = sections[kind]
    const type = random.chance(0.2) ? 'other.v1.Thing' : `envoy.admin.v3.${message}`
    const fields = [...lists.map(({ field }) => field), 'version_info', 'odd'].filter(() => random.chance(0.6))
    return Object.fromEntries([
      ['@type', `type.googleapis.com/${type}`],
      ...fields.map((field): [string, Json] => [
        field,
        random.chance(0.8) ? Array.from({ length: random.below(5) }, () => value(random, 3)) : value(random, 2),
      ]),
    ])
  })
  return { configs: [{ '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: {} }, ...configs] }
}

test('any dump comes out of a page as it went in, whatever others are in it', async () => {
  let members = 0
  for (let index = 0; index < 60; index++) {
    const random = randomOf(22, index)
    const documents = Array.from({ length: 3 }, () => madeDump(random))
    const dumps = await Promise.all(documents.map((each) => readDump(Buffer.from(JSON.stringify(each)), 'made')))
    const { page } = await pageOf(dumps)
    for (const [at, dump] of dumps.entries()) {
      const values = plain(dump.sections.map((section) => section.value()))
      members += JSON.stringify(values).length
      assert.deepEqual(plain((await dumpAt(page, at)).sections.map((section) => section.value())), values, `${index}`)
    }
  }
  assert.ok(members > 10_000)
})

test('what proxies share is stored once: the same dump with other versions and times adds no resource', async () => {
  const text = readFileSync(join(root, 'test/fixtures/sidecar/config_dump.json'), 'utf8')
  const other = text.replaceAll('2025-11-01T', '2026-02-03T').replaceAll('Z/31"', 'Z/99"')
  assert.notEqual(other, text)
  const dumps = await Promise.all([text, other].map((each) => readDump(Buffer.from(each), 'p')))
  const [first] = dumps
  assert.ok(first !== undefined)
  const [one, both] = [await pageOf([first]), await pageOf(dumps)]
  const sizeOf = (html: string) =>
    [...html.matchAll(/id="resources-\d+">([^<]*)</g)].reduce((sum, [, each = '']) => sum + each.length, 0)
  assert.ok(sizeOf(one.html) > 10_000)
  // The bootstrap has a time of its own start.
  assert.ok(sizeOf(both.html) < sizeOf(one.html) * 1.1, `${sizeOf(both.html)} of ${sizeOf(one.html)}`)
  const [a, b] = [await dumpAt(both.page, 0), await dumpAt(both.page, 1)]
  assert.equal(a.entries('routes')[0]?.resource, a.entries('routes')[0]?.resource)
  assert.notEqual(a.entries('clusters')[0]?.lastUpdated, b.entries('clusters')[0]?.lastUpdated)
  assert.equal(both.page.index.proxies.length, 2)
})

test('a page is the same in whatever order its proxies were read, and one that is named twice gets a name of its own', async () => {
  const read = async (name: string) =>
    readDump(readFileSync(join(root, `test/fixtures/${name}/config_dump.json`)), name)
  const htmlOf = async (order: readonly number[]) => {
    let html = ''
    const encoder = new PageEncoder(async (piece) => {
      html += piece
    })
    const packer = new DumpPacker(same)
    const dumps = [await read('sidecar'), await read('sidecar-1.36.2'), await read('gateway')]
    const packed = new Map(
      order.map((at) => {
        const dump = dumps[at]
        assert.ok(dump !== undefined)
        const { packed: made, added } = packer.pack(dump)
        encoder.take(added)
        return [at, made]
      }),
    )
    for (const at of [0, 1, 2]) {
      const made = packed.get(at)
      assert.ok(made !== undefined)
      const facts = { id: at === 1 ? 'web' : 'api', label: 'p', counts: {}, rejected: 0 }
      await encoder.add({ facts, packed: made, trace: { target: [] }, tables: {} })
    }
    await encoder.end({ program: '', written: '', source: '', failures: [], tables: {}, notes: [] })
    return html
  }
  const html = await htmlOf([0, 1, 2])
  assert.equal(await htmlOf([2, 0, 1]), html)
  assert.deepEqual(
    (await storedPageOf(html)).index.proxies.map(({ id }) => id),
    ['api', 'web', 'api-2'],
  )
})
