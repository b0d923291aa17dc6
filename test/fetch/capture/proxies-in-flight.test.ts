import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import { capturedPages } from '../../../src/fetch/capture/format/layout.ts'
import { captureMesh } from '../../../src/fetch/capture/write/capture-mesh.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

const body = Buffer.from(`{"x": "${'.'.repeat(990)}"}`)

interface Mesh {
  readonly bytes: number
  readonly signal?: AbortSignal
  page(name: string, path: string, signal: AbortSignal | undefined): Promise<Buffer>
}

/** Captures 20 proxies. */
async function capture({ bytes, page, signal = new AbortController().signal }: Mesh) {
  const added: string[] = []
  const proxies = Array.from({ length: 20 }, (_, at) => {
    const name = `p-${String(at).padStart(2, '0')}`
    const proxy: MeshProxy = {
      id: { name },
      label: name,
      live: true,
      page: async (path, given) => inMemory(await page(name, path, given)),
      absence: async (path) => new AppError(path),
    }
    return { proxy, place: { name, namespace: 'ns' } }
  })
  const manifest = await captureMesh({
    zip: { add: async (name) => void added.push(name), end: async () => void added.push('END') },
    before: undefined,
    program: null,
    mesh: undefined,
    proxies,
    limits: { concurrency: 16, deadline: 60_000, bytes },
    redact: undefined,
    logSeconds: undefined,
    now: () => new Date(0),
    signal,
    progress: undefined,
  })
  return { manifest, added }
}

test('proxies under way are expected to send no more bytes than are allowed', async () => {
  const open = new Set<string>()
  const seen: number[] = []
  const pages = capturedPages.filter(({ method }) => method !== 'POST')
  const { manifest } = await capture({
    // What two proxies send with all of their pages.
    bytes: 2 * pages.length * body.length + 10,
    async page(name, path) {
      open.add(name)
      seen.push(open.size)
      await delay(1)
      if (path === pages.at(-1)?.path) open.delete(name)
      return body
    },
  })
  assert.equal(manifest.proxies.length, 20)
  assert.deepEqual(manifest.failures, [])
  // Until it is known how much one sends, four are read.
  assert.equal(Math.max(...seen), 4)
  assert.ok(Math.max(...seen.slice(5 * pages.length)) <= 2, `${seen}`)
})

test('a connection that was lost is made once more', async () => {
  const lost = new Set<string>()
  const { manifest } = await capture({
    bytes: 1e9,
    async page(name, path) {
      if (name === 'p-03' && !lost.has(path)) {
        lost.add(path)
        throw new AppError('cut', { code: 'cut-short' })
      }
      return body
    },
  })
  assert.deepEqual(manifest.failures, [])
  assert.equal(lost.size, capturedPages.filter(({ method }) => method !== 'POST').length)
})

test('told to stop, nothing is written behind the manifest', async () => {
  const stop = new AbortController()
  let asked = 0
  const { manifest, added } = await capture({
    bytes: 1e9,
    signal: stop.signal,
    async page(_name, _path, signal) {
      asked += 1
      if (asked === 30) stop.abort()
      await delay(asked % 5, undefined, { signal })
      return body
    },
  })
  assert.equal(manifest.interrupted, true)
  assert.deepEqual(added.slice(-2), ['manifest.json', 'END'])
  await delay(50)
  assert.deepEqual(added.slice(-2), ['manifest.json', 'END'])
  assert.equal(added.length - 2, manifest.files.length)
})
