import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { meshPod, startMesh } from './fake-mesh.ts'

test('a name that neither the dump nor the API server knows: the way ends at no made-up address', async () => {
  const mesh = await startMesh({
    pods: [meshPod('web', 'default')],
    answer: (_pod, _port, path) =>
      path.startsWith('config_dump') ? readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8') : '{}',
  })
  try {
    const { err } = await mesh.run('trace', 'web', 'http://nosuch/', '--follow')
    assert.equal(
      err,
      `There is no Service nosuch with an address in namespace default.
192.0.2.2 stands for an address that is not known: the way ends there.
the dump does not know the address of nosuch; 192.0.2.2 stands for it, as an address that has no listener of its own
`,
    )
    assert.ok(!mesh.api.requests.some((request) => request.includes('podIP')))
    const outside = await mesh.run('trace', 'web', 'http://nosuch.example.com/')
    assert.doesNotMatch(outside.err, /There is no Service/)
  } finally {
    await mesh.close()
  }
})
