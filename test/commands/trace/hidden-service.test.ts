import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { meshPod, meshService, startMesh } from '../fake-mesh.ts'

interface Surroundings {
  readonly exportTo?: string
  /** Hosts of the egress of a Sidecar of the proxy's namespace. */
  readonly hosts?: readonly string[]
}

/** What is told of a request for a Service that the API server has, and the captured sidecar has not. */
async function told(t: TestContext, { exportTo, hosts }: Surroundings): Promise<string> {
  const annotations: Record<string, string> = exportTo === undefined ? {} : { 'networking.istio.io/exportTo': exportTo }
  const sidecar = { metadata: { name: 'narrow', namespace: 'default' }, spec: { egress: [{ hosts }] } }
  const mesh = await startMesh({
    pods: [meshPod('web', 'default')],
    services: [meshService('billing', 'shop', 'billing', undefined, annotations)],
    lists: new Map(
      hosts === undefined ? [] : [['/apis/networking.istio.io/v1/namespaces/default/sidecars', [sidecar]]],
    ),
    answer: (_pod, _port, path) =>
      path.startsWith('config_dump') ? readFileSync('test/fixtures/sidecar/config_dump.json', 'utf8') : '{}',
  })
  t.after(() => mesh.close())
  const { out, err } = await mesh.run('trace', 'web', 'http://billing.shop/')
  return out + err
}

test('a Service that exportTo keeps from the proxy is named, and what to do', async (t) => {
  const text = await told(t, { exportTo: '.' })
  assert.match(
    text,
    /Warning: Service billing\.shop exists, and this proxy does not have it: its annotation networking\.istio\.io\/exportTo is "\.", which leaves namespace default out/,
  )
  assert.match(text, /Next: Add default to its exportTo/)
})

test('a Service that a Sidecar keeps from the proxy is named with the Sidecar', async (t) => {
  const text = await told(t, { hosts: ['./*', 'istio-system/*'] })
  assert.match(
    text,
    /Warning: Service billing\.shop exists.*: egress of Sidecar narrow\.default has only \.\/\*, istio-system\/\*/,
  )
  assert.match(text, /Next: Add "shop\/\*" or .* to egress of the Sidecar: kubectl edit sidecar narrow -n default/)
})

test('where nothing hides it the control plane is asked about', async (t) => {
  const text = await told(t, { exportTo: '*', hosts: ['*/*'] })
  assert.match(text, /Warning: Service billing\.shop exists.*: neither its exportTo nor a Sidecar hides it/)
  assert.match(text, /Next: Has istiod sent it \(kubectl proxy-status\)/)
})
