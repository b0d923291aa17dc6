import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { certificate } from '../../fetch/fake-api-server.ts'
import { clientConfig, startFakeXdsServer, type XdsQuestion } from '../../fetch/istiod/fake-xds-server.ts'
import { runProgram } from '../../run-program.ts'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'

const error = "no 'x'"
const table = [
  'NAME       CLUSTER      CDS            LDS     RDS     ISTIOD     VERSION',
  'web.shop   Kubernetes   SYNCED (12s)   ERROR   STALE   istiod-x   1.31.0',
]
const pods = [istiodPod('istiod-a'), meshPod('web', 'shop')]

function answer({ typeUrl, names: [name] }: XdsQuestion) {
  if (typeUrl === 'istio.io/debug/syncz') return [clientConfig('web.shop', error)]
  if (typeUrl === 'istio.io/debug/config_dump') return []
  return [name === 'connections' ? '{"clients":[]}' : '404 page not found\n']
}

function lines(out: string): string[] {
  return out.trim().split('\n')
}

test('a replica without debug endpoints is asked over the secured port, with a token', async () => {
  const tls = certificate()
  const xds = await startFakeXdsServer(answer, tls)
  const mesh = await startMesh({
    pods,
    answer: () => undefined,
    passOn: (_pod, port) => (port === 15012 ? xds.port : undefined),
  })
  const { code, out, err } = await mesh.run('status')
  const diff = await mesh.run('status', 'web.shop')
  await mesh.close()
  await xds.close()
  tls.remove()
  assert.deepEqual(lines(out), table)
  assert.equal(err, `web.shop: LDS rejected: ${error}\n1 proxy: 1 ERROR\n`)
  assert.equal(code, 0)
  const [question] = xds.questions
  assert.equal(question?.headers.authorization, 'Bearer token-of-default')
  assert.equal(
    question?.headers[':path'],
    '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
  )
  assert.match(question?.id ?? '', /^sidecar~[\d.]+~\S+\.istio-system~istio-system\.svc\.cluster\.local$/)
  const asked = mesh.api.requests.filter((request) => request.startsWith('POST'))
  assert.equal(asked[0], 'POST /api/v1/namespaces/istio-system/serviceaccounts/default/token')
  assert.match(diff.err, /no istiod knows the proxy of pod "web"/)
})

test('what refuses the token is told in its own words', async () => {
  const xds = await startFakeXdsServer(() => ({ status: 16, message: 'authentication%20failure' }))
  const { code, err } = await runProgram(['status', '--xds-address', `127.0.0.1:${xds.port}`, '--plaintext'])
  await xds.close()
  assert.equal(code, 1)
  assert.match(err, /^error: 127\.0\.0\.1:\d+ refused: Unauthenticated: authentication failure$/m)
})

test('a control plane outside the cluster, by its certificate', async () => {
  const tls = certificate()
  const folder = mkdtempSync(join(tmpdir(), 'certs-'))
  copyFileSync(tls.file, join(folder, 'root-cert.pem'))
  const xds = await startFakeXdsServer(answer, tls)
  const mesh = await startMesh({ pods, answer: () => undefined })
  const address = `127.0.0.1:${xds.port}`
  const unknown = await mesh.run('status', '--xds-address', address)
  const known = await mesh.run('status', '--xds-address', address, '--cert-dir', folder)
  const wrongName = await mesh.run(
    'status',
    '--xds-address',
    address,
    '--cert-dir',
    folder,
    '--authority',
    'other.example',
  )
  const unchecked = await mesh.run('status', '--xds-address', address, '--insecure')
  await mesh.close()
  await xds.close()
  rmSync(folder, { recursive: true })
  tls.remove()
  assert.match(
    unknown.err,
    /^error: no TLS connection to 127\.0\.0\.1:\d+: self-signed certificate\nIs this the secured xDS port\?/m,
  )
  assert.match(wrongName.err, /no TLS connection to .*other\.example/)
  assert.deepEqual(lines(known.out), table)
  assert.deepEqual(lines(unchecked.out), table)
  assert.match(known.err, /answers for one replica/)
})

test('no answer, and no xDS', async () => {
  const silent = await startFakeXdsServer(() => [])
  const nothing = await runProgram(['status', '--xds-address', '127.0.0.1:1', '--plaintext'])
  const empty = await runProgram(['status', '--xds-address', `127.0.0.1:${silent.port}`, '--plaintext'])
  const folder = await runProgram(['status', '--xds-address', 'x:1', '--cert-dir', '/nonexistent'])
  await silent.close()
  assert.match(nothing.err, /^error: cannot connect to 127\.0\.0\.1:1: /m)
  assert.deepEqual([empty.code, empty.out], [0, ''])
  assert.match(folder.err, /holds neither root-cert\.pem nor/)
})
