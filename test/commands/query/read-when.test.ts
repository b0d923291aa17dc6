import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readWhen } from '../../../src/commands/proxies/fleet/read-when.ts'
import { inMemory } from '../../../src/envoy/input/stored-bytes.ts'
import { AppError } from '../../../src/errors.ts'
import { readPod } from '../../../src/mesh/pods/pod.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'

const io = { now: () => new Date('2026-02-01T00:00:00Z'), signal: new AbortController().signal }
const written = new Date('2026-01-31T10:00:00Z')
const pod = readPod({ metadata: { name: 'web', namespace: 'shop' } })

function proxyOf(pages: readonly string[], live: boolean, id: MeshProxy['id']): MeshProxy {
  return {
    id,
    label: id.name,
    live,
    page: async (path) => (pages.includes(path) ? inMemory(new Uint8Array(), written) : 'absent'),
    absence: async () => new AppError('absent'),
  }
}

test('a proxy is read now, one of a capture when its pages were written there; of a file the dump tells', async () => {
  assert.deepEqual(await readWhen(proxyOf([], true, { name: 'a', pod }), io), io.now())
  for (const page of ['server_info', 'certs', 'listeners'])
    assert.deepEqual(await readWhen(proxyOf([page], false, { name: 'a', pod }), io), written, page)
  assert.equal(await readWhen(proxyOf(['config_dump'], false, { name: 'a', pod }), io), undefined)
  assert.equal(await readWhen(proxyOf(['server_info'], false, { name: 'file.json' }), io), undefined)
})
