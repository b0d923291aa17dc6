import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CaptureFile } from '../../../src/fetch/capture/saved/capture-file.ts'
import { capturedLog } from '../../../src/fetch/capture/saved/captured-log.ts'
import type { Pod } from '../../../src/mesh/pods/pod.ts'

const pod = { namespace: 'shop', name: 'web-1' } as Pod

/** What is read of a capture with this log, by the first word of each line that is no time. */
async function read(log: string | undefined, ended: string | undefined, sinceSeconds?: number): Promise<string> {
  const capture: Partial<CaptureFile> = {
    label: 'mesh.zip',
    manifest: ended === undefined ? undefined : ({ ended } as CaptureFile['manifest']),
    bytes: async (path) => (path === 'proxies/shop/web-1/log.txt' && log !== undefined ? Buffer.from(log) : undefined),
  }
  const bytes = await capturedLog(capture as CaptureFile, pod, { sinceSeconds })
  return Buffer.from(bytes).toString('utf8')
}

const lines = [
  'begun without a time\n',
  '2026-01-01T10:00:00.123456789Z a\n',
  '[2026-01-01T10:05:00.000Z] "GET b\n',
  'goes on\n',
  '2026-01-01T10:09:00Z c\n',
]
const log = lines.join('')

test('--since counts back from when the capture was made; without it the whole log is read', async () => {
  const ended = '2026-01-01T10:10:00Z'
  assert.equal(await read(log, ended), log)
  assert.equal(await read(log, ended, 300), lines.slice(2).join(''))
  assert.equal(await read(log, ended, 299), lines.slice(4).join(''))
  assert.equal(await read(log, ended, 60), lines.slice(4).join(''))
  assert.equal(await read(log, ended, 59), '')
  assert.equal(await read(log, ended, 3600), lines.slice(1).join(''))
})

test('where nothing tells when it was made, from the newest line; a log without times has none that are new enough', async () => {
  assert.equal(await read(log, undefined, 240), lines.slice(2).join(''))
  assert.equal(await read(log, undefined, 1), lines.slice(4).join(''))
  assert.equal(await read('no time\nnor here', undefined, 1), '')
  assert.equal(await read('', undefined, 1), '')
  await assert.rejects(read(undefined, undefined, 1), /mesh\.zip has no log of pod shop\/web-1: --logs captures it/)
})
