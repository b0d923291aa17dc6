import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { outputValues } from '../../output-values.ts'
import { istiodPod, meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { text } from '../planted/planted-dump.ts'

/** The same dump with another value of each secret, and a cluster that differs visibly. */
const other = text.replaceAll(/X7q(?=["\\])/g, 'X7qOther').replaceAll('"type":"STATIC"', '"type":"STRICT_DNS"')
let mesh: RunningMesh
let asked = 0

before(async () => {
  const owner = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web-7c9f5', controller: true }] }
  const replica = (name: string) => {
    const pod = meshPod(name, 'shop', { labels: { app: 'web', 'pod-template-hash': '7c9f5' } })
    return { ...pod, metadata: { ...pod.metadata, ...owner } }
  }
  mesh = await startMesh({
    pods: [istiodPod('istiod-a'), replica('web-7c9f5-aaaaa'), replica('web-7c9f5-bbbbb')],
    answer(pod, port, path) {
      if (pod === 'istiod-a') {
        if (path === 'debug/connections')
          return JSON.stringify({
            clients: [{ connectionId: 'web-7c9f5-aaaaa.shop-1', connectedAt: '2026-01-01T00:00:00Z' }],
          })
        if (path.startsWith('debug/config_dump')) return other
        return path.startsWith('debug/edsz') ? '{}' : undefined
      }
      if (port !== 15_000) return undefined
      // For watch: the second dump that is read of a pod is another one.
      if (path.startsWith('stats'))
        return `cluster_manager.cds.update_success: ${++asked}\nlistener_manager.lds.update_success: ${asked}\n`
      if (!path.startsWith('config_dump')) return undefined
      return pod === 'web-7c9f5-bbbbb' || asked > 2 ? other : text
    },
  })
})
after(() => mesh.close())

const commands: readonly (readonly string[])[] = [
  ['status', 'web-7c9f5-aaaaa'],
  ['diff', 'web-7c9f5-aaaaa', 'web-7c9f5-bbbbb'],
  ['diff', 'web-7c9f5-aaaaa', 'web-7c9f5-bbbbb', '--identity'],
  ['diff', '-l', 'app=web'],
  ['clusters', '-l', 'app=web', '--group'],
  ['secrets', '-l', 'app=web', '--group'],
  ['routes', '-l', 'app=web', '--odd'],
  ['lint', '-l', 'app=web', '--profile', 'all'],
  ['watch', '-l', 'app=web', '--interval', '100ms', '--events', '3', '--for', '2s'],
]

for (const words of commands) {
  test(`${words.join(' ')}: no planted secret of a live proxy or a control plane is shown, in any format`, async () => {
    let printed = 0
    for (const format of [...outputValues, 'unified', 'patch']) {
      asked = 0
      const { out, err } = await mesh.run(...words, '-n', 'shop', '-o', format)
      assert.doesNotMatch(err, /defect|internal error/)
      assert.deepEqual((out + err).match(/CANARY\d+X7q\w*/g) ?? [], [], `-o ${format}`)
      if (out !== '') printed++
    }
    assert.ok(printed > 1, 'it printed something')
  })
}
