import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect } from '../../../src/fetch/kube/kube-cluster.ts'
import { readPod } from '../../../src/mesh/pods/pod.ts'
import type { MeshProxy } from '../../../src/mesh/proxy.ts'
import { meshPod, startMesh } from '../../commands/fake-mesh.ts'
import { testHost } from './test-host.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const size = 4 * 2 ** 20
const count = 20

test('a proxy that was read keeps nothing of its answers, so that thousands take no more memory than a few', async () => {
  const pods = Array.from({ length: count }, (_, at) => meshPod(`web-${at}`, 'default'))
  const body = JSON.stringify({ configs: [], filler: 'x'.repeat(size) })
  const mesh = await startMesh({ pods, answer: (_pod, _port, path) => (path === '' ? undefined : body) })
  const { url: server, caFile: certificateAuthority } = mesh.api
  const cluster = connect({ server, certificateAuthority, token: 'x' }, testHost())
  const proxies: MeshProxy[] = []
  try {
    const held = () => {
      collect()
      const { external, heapUsed } = process.memoryUsage()
      return external + heapUsed
    }
    let first = 0
    for (const [at, pod] of pods.entries()) {
      const proxy = cluster.proxy(readPod(pod), {})
      const page = await proxy.page('config_dump')
      assert.ok(page !== 'absent' && page.size > size)
      proxy.release?.()
      proxies.push(proxy)
      if (at === 1) first = held()
    }
    // Of the fake server as well: what is asserted is far from one answer for each proxy. Buffers are freed some time after they
    // were collected.
    let grown = held() - first
    for (let again = 0; grown >= (count * size) / 4 && again < 50; again++) {
      await setTimeout(20)
      grown = held() - first
    }
    assert.ok(grown < (count * size) / 4, `${grown} bytes of ${proxies.length} proxies`)
  } finally {
    cluster.close()
    await mesh.close()
  }
})
