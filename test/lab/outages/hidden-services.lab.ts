import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, type LabPod, openLab } from '../lab.ts'
import { awaitInDump, eventually, proxyConfig, textOf, withObjects } from './mesh-state.ts'

// Services that exist, and that a proxy does not have: a request to them falls to PassthroughCluster.

let lab: Lab
let agent: LabPod
before(async () => {
  lab = await openLab()
  agent = await lab.pod('ds/agent')
})

const trace = (url: string) => textOf(lab, 'trace', agent.name, url)

const service = `
apiVersion: v1
kind: Service
metadata:
  name: hidden
  namespace: staging
  annotations: {networking.istio.io/exportTo: "."}
spec:
  selector: {app: productpage}
  ports: [{port: 9088, name: http, targetPort: 9080}]
`

const sidecar = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: lab-narrow, namespace: default}
spec:
  workloadSelector: {labels: {app: agent}}
  egress: [{hosts: [./*]}]
`

test('a Service hidden by exportTo is named with the annotation; the command of the advice mends it', async (t) => {
  await withObjects(t, lab, service)
  const text = await eventually('the Service', async () => {
    const said = await trace('http://hidden.staging:9088/')
    return said.includes('exportTo') ? said : undefined
  })
  assert.match(text, /cluster +PassthroughCluster/)
  assert.match(
    text,
    /Service hidden\.staging exists, and this proxy does not have it: its annotation networking\.istio\.io\/exportTo is "\."/,
  )
  const [, command = ''] =
    /kubectl (annotate service hidden -n staging networking\.istio\.io\/exportTo-)/.exec(text) ?? []
  assert.notEqual(command, '', text)
  assert.equal((await lab.kubectl(...command.split(' '))).code, 0)
  await awaitInDump(lab, agent, 'outbound|9088||hidden.staging.svc.cluster.local')
  assert.match(
    await trace('http://hidden.staging:9088/'),
    /=> sent upstream: goes to \S+:9080 of cluster outbound\|9088\|\|hidden/,
  )
})

test('a Service hidden by a Sidecar is named with the Sidecar; what the advice adds to it mends it', async (t) => {
  await withObjects(t, lab, sidecar)
  await awaitInDump(lab, agent, 'productpage.staging', false)
  const text = await trace('http://productpage.staging:9080/')
  assert.match(text, /cluster +PassthroughCluster/)
  assert.match(text, /Service productpage\.staging exists, .*egress of Sidecar lab-narrow\.default has only \.\/\*/)
  const [, entry = ''] = /Add "([^"]+)" or .*kubectl edit sidecar lab-narrow -n default/.exec(text) ?? []
  assert.equal(entry, 'staging/*', text)
  const patch = JSON.stringify({ spec: { egress: [{ hosts: ['./*', entry] }] } })
  const patched = await lab.kubectl('patch', 'sidecar', 'lab-narrow', '-n', 'default', '--type=merge', '-p', patch)
  assert.equal(patched.code, 0, patched.stderr)
  await awaitInDump(lab, agent, 'productpage.staging')
  const { code, stdout } = await proxyConfig(
    lab,
    'trace',
    agent.name,
    'http://productpage.staging:9080/',
    '--exit-code',
  )
  assert.equal(code, 0, stdout)
})
