import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { deflateRawSync } from 'node:zlib'
import type { ToThread } from '../../../src/cli/threads/messages.ts'
import { RequestedPages } from '../../../src/cli/threads/requested-pages.ts'
import { spreadTasks } from '../../../src/cli/threads/spread.ts'
import { plainResult } from '../../../src/commands/proxies/fleet/plain-result.ts'
import type { Thread } from '../../../src/contract/threads.ts'
import { AppError } from '../../../src/errors.ts'
import { readFleet } from '../../../src/mesh/fleet/read-fleet.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

const proxy: MeshProxy = {
  id: { name: 'web-1.default' },
  label: 'pod default/web-1',
  live: true,
  page: async () => 'absent',
  absence: async (path) => new AppError(path),
}

function spreadOver(thread: Thread) {
  const start = { command: 'clusters', words: [], now: 0, env: {}, openedBefore: 0 }
  const threads = { count: 1, start: () => thread }
  return spreadTasks({ proxies: [proxy], codec: plainResult<unknown>() }, { ...start, threads, note: () => undefined })
}

const silent: Thread = {
  send: () => undefined,
  onMessage: () => undefined,
  onEnd: () => undefined,
  end: () => undefined,
}

test('a task that cannot be sent fails alone, and nothing is left of it when the threads end', async () => {
  const send = (message: unknown) => {
    if ('task' in (message as ToThread)) throw new Error('could not be cloned')
  }
  const spread = spreadOver({ ...silent, send })
  await assert.rejects(spread.task(proxy), /could not be cloned/)
  // A promise that is rejected now and that nobody awaits fails this test.
  spread.end()
  await nextTurn()
})

test('tasks that are running when a thread ends fail with its error', async () => {
  const listeners: ((error: Error) => void)[] = []
  const spread = spreadOver({ ...silent, onEnd: (listener) => void listeners.push(listener) })
  const task = assert.rejects(spread.task(proxy), /out of memory/)
  for (const listener of listeners) listener(new Error('out of memory'))
  await task
  await assert.rejects(spread.task(proxy), /out of memory/)
})

test('a proxy for which a thread has no memory is a failure of its own', async () => {
  const listeners: ((error: Error) => void)[] = []
  const spread = spreadOver({ ...silent, onEnd: (listener) => void listeners.push(listener) })
  const fleet = readFleet([proxy], spread.task, {
    concurrency: 1,
    deadline: 60_000,
    bytes: 2 ** 20,
    maxAhead: 10,
    signal: new AbortController().signal,
    progress: () => undefined,
  })
  const next = fleet.next()
  for (const listener of listeners)
    listener(
      Object.assign(new Error('Worker terminated due to reaching memory limit'), { code: 'ERR_WORKER_OUT_OF_MEMORY' }),
    )
  const { value: outcome } = await next
  await fleet.return(undefined)
  assert.ok(outcome !== undefined && 'error' in outcome)
  assert.equal(outcome.error.message, 'pod default/web-1: what it has loaded needs more memory than a thread has')
  assert.equal(outcome.error.code, 'out-of-memory')
})

test('the large pages of a task are freed with it; one that comes later is not kept for ever', async () => {
  const pages = new RequestedPages(() => undefined)
  const { page, id } = pages.proxy({ name: 'web-1', label: 'web-1', live: true }, 3)
  assert.equal(id.name, 'web-1')
  const answer = (response: number) => {
    const bytes = new Uint8Array(2 ** 18)
    pages.receive({ response, page: { bytes, written: undefined } })
    return bytes
  }
  const [early, late] = [page('config_dump'), page('clusters')]
  const bytes = answer(0)
  await early
  pages.release(3)
  assert.equal(bytes.byteLength, 0)
  const lateBytes = answer(1)
  await late
  pages.release(3)
  assert.notEqual(lateBytes.byteLength, 0, 'it was kept after its task had ended')
})

test('a large page that was unpacked is freed with its task as well', async () => {
  const pages = new RequestedPages(() => undefined)
  const { page } = pages.proxy({ name: 'web-1', label: 'web-1', live: true }, 3)
  const asked = page('config_dump')
  const size = 2 ** 18
  const packed = new Uint8Array(deflateRawSync(Buffer.alloc(size, 'a')))
  const sent = { label: 'F', packed, isDeflated: true, size, crc: undefined, written: undefined, sha256: undefined }
  pages.receive({ response: 0, page: { packed: sent } })
  const stored = await asked
  assert.ok(stored !== 'absent')
  const bytes = stored.read(0, size)
  assert.equal(bytes.length, size)
  pages.release(3)
  assert.equal(bytes.length, 0)
})
