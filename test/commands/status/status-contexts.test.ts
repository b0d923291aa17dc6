import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { istiodPod, meshPod, type RunningMesh, startMesh } from '../fake-mesh.ts'
import { writeKubeconfig } from '../fleet/kubeconfig.ts'

const cds = 'envoy.config.cluster.v3.Cluster'

/** A mesh of one istiod and two proxies, of which the second is not connected. */
function meshOf(acked: string) {
  const syncz = [
    {
      proxy: 'web-1.default',
      proxy_type: 'sidecar',
      cluster_id: 'Kubernetes',
      istio_version: '1.31.0',
      resources: { [cds]: { sent: '2', acked } },
    },
  ]
  return startMesh({
    pods: [istiodPod('istiod-a'), meshPod('web-1', 'default', { labels: { app: 'web' } }), meshPod('lost', 'default')],
    answer: (pod, port, path) =>
      pod === 'istiod-a' && port === 15014 && path === 'debug/syncz' ? JSON.stringify(syncz) : undefined,
  })
}

let folder: string
let kubeconfig: string
let meshes: RunningMesh[]
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'status-contexts-'))
  meshes = await Promise.all([meshOf('2'), meshOf('1')])
  const [one, two] = meshes.map(({ api }) => api)
  assert.ok(one !== undefined && two !== undefined)
  kubeconfig = join(folder, 'kubeconfig')
  const clusters = { one, two, gone: { url: 'https://127.0.0.1:1', caFile: one.caFile } }
  writeKubeconfig(kubeconfig, clusters)
})
after(async () => {
  await Promise.all(meshes.map((mesh) => mesh.close()))
  rmSync(folder, { recursive: true })
})

const status = (...argv: string[]) => runProgram(['status', '--kubeconfig', kubeconfig, ...argv])

test('the meshes of several contexts are one table, each proxy with its context', async () => {
  const { code, out, err } = await status('--contexts', 'two,one')
  assert.equal(code, 0, err)
  assert.deepEqual(
    out
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/).slice(0, 3)),
    [
      ['one/lost.default', '-', 'NOT CONNECTED'],
      ['one/web-1.default', 'Kubernetes', 'SYNCED'],
      ['two/lost.default', '-', 'NOT CONNECTED'],
      ['two/web-1.default', 'Kubernetes', 'STALE'],
    ],
  )
  assert.match(err, /^4 proxies: /m)
  const json = JSON.parse((await status('--contexts', 'one,two', '-o', 'json')).out)
  assert.deepEqual(
    json.map(({ context, namespace, name }: Record<string, string>) => `${context} ${namespace} ${name}`),
    [
      'one default one/lost.default',
      'one default one/web-1.default',
      'two default two/lost.default',
      'two default two/web-1.default',
    ],
  )
  assert.equal('context' in JSON.parse((await status('--context', 'one', '-o', 'json')).out)[0], false)
  const raw = JSON.parse((await status('--contexts', 'one,two', '-o', 'raw')).out)
  assert.deepEqual(Object.keys(raw), ['one/istiod-a', 'two/istiod-a'])
})

test('filters narrow each of them', async () => {
  const labelled = await status('--contexts', 'one,two', '-l', 'app=web', '--no-headers')
  assert.deepEqual(labelled.out.match(/^\S+/gm), ['one/web-1.default', 'two/web-1.default'])
  const stale = await status('--contexts', 'one,two', '--status', 'stale', '--no-headers', '--exit-code')
  assert.deepEqual([stale.code, stale.out.match(/^\S+/gm)], [1, ['two/web-1.default']])
})

test('a context that cannot be read hides no other', async () => {
  const part = await status('--contexts', 'gone,two')
  assert.equal(part.code, 1)
  assert.match(part.out, /^two\/web-1\.default /m)
  assert.match(part.err, /^error: context gone: The connection to the server 127\.0\.0\.1:1 was refused/m)
  const none = await status('--contexts', 'gone')
  assert.equal(none.code, 1)
  assert.match(none.err, /^The connection to the server 127\.0\.0\.1:1 was refused/)
})

test('what is about one cluster is refused beside them', async () => {
  for (const argv of [
    ['web-1'],
    ['--file', 'x'],
    ['--control-plane-file', 'x'],
    ['--xds-address', 'x:1'],
    ['--capture', 'x'],
    ['--context', 'one'],
  ]) {
    const { code, err } = await status('--contexts', 'one,two', ...argv)
    assert.equal(code, 1)
    assert.match(err, /^error: .*--contexts/, argv.join(' '))
  }
})
