import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { browserCore } from '../scripts/bundle/browser-core.ts'
import * as core from '../src/core.ts'
import { platform as browser } from '../src/platform/browser.ts'
import { platform as node } from '../src/platform/node.ts'

const root = join(import.meta.dirname, '..')

type Core = typeof core

/** The core as a page has it: no Buffer, no process, no require. */
async function inBrowser(): Promise<Core> {
  const context = createContext({ Uint8Array, TextDecoder, TextEncoder, atob, btoa, structuredClone, URL })
  runInContext(await browserCore(root, 'core'), context)
  return runInContext('core', context)
}

test('the analyses run without Node and say the same', async () => {
  const page = await inBrowser()
  const tables = async ({ readDump, resourceKinds, resourceView }: Core) => {
    const dump = await readDump(readFileSync(join(root, 'test/fixtures/sidecar/config_dump.json')), 'sidecar')
    return resourceKinds
      .filter(({ entries, name }) => dump.has(entries) && name !== 'secrets')
      .map((kind) => {
        const view = resourceView(kind, dump, { wanted: {}, label: 'sidecar', now: new Date(0) })
        return [kind.name, view.rows.map(({ cells }) => cells)]
      })
  }
  const [mine, theirs] = [await tables(core), await tables(page)]
  assert.ok(mine.length >= 5)
  assert.deepEqual(JSON.parse(JSON.stringify(theirs)), JSON.parse(JSON.stringify(mine)))
})

test('a request is traced in the browser as in the program', async () => {
  const page = await inBrowser()
  const way = async ({ readDump, trace }: Core) => {
    const dump = await readDump(readFileSync(join(root, 'test/fixtures/sidecar/config_dump.json')), 'sidecar')
    const http = { method: 'GET', path: '/', authority: 'reviews:9080', scheme: 'http' as const, headers: [] }
    const request = {
      destination: { address: '10.96.0.1', port: 9080 },
      protocol: 'http1' as const,
      tls: undefined,
      http,
    }
    return JSON.stringify(trace({ dump, request: { ...request, source: undefined } }))
  }
  assert.equal(await way(page), await way(core))
})

test('both platforms give the same', () => {
  const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x61, 0xc3, 0xa4, 0xff, 0x0a, 0x61])
  for (const one of [bytes, bytes.subarray(0, 6), new Uint8Array(), bytes.subarray(3, 6)]) {
    assert.equal(browser.isUtf8(one), node.isUtf8(one))
    assert.equal(browser.utf8(one), node.utf8(one))
    assert.equal(browser.latin1(one), node.latin1(one))
    assert.equal(browser.toBase64(one), node.toBase64(one))
    for (const wanted of [[0x61], [0x0a, 0x61], [0x62], [0xff, 0x0a]])
      for (const from of [0, 4, 9])
        assert.equal(
          browser.indexOf(one, Uint8Array.from(wanted), from),
          node.indexOf(one, Uint8Array.from(wanted), from),
        )
  }
  for (const text of ['', 'a', 'ä', '\u2028', '😀', 'x'.repeat(20_000)]) {
    assert.deepEqual([...browser.encode(text)], [...node.encode(text)])
    assert.equal(browser.byteLength(text), node.byteLength(text))
  }
  for (const text of ['', 'YQ==', 'YQ', 'YWI', 'YW Jj\n', '-_-_', 'Y'])
    assert.deepEqual([...browser.fromBase64(text)], [...node.fromBase64(text)], text)
})
