import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

interface DescriptionRow {
  readonly part: string
  readonly name: string
  readonly object: string
  readonly summary: string
}

async function describe(...args: string[]): Promise<{ rows: DescriptionRow[]; stderr: string }> {
  const { code, stdout, stderr } = await lab.run(process.execPath, ['src/main.ts', 'describe', ...args, '-o', 'json'])
  assert.equal(code, 0, stderr)
  return { rows: JSON.parse(stdout), stderr }
}

test('a live pod: the API’s facts, its own dump, the gateways that lead to it', async () => {
  const { name } = await lab.pod('app=reviews,version=v1')
  const { rows } = await describe('pod', name)
  const parts = new Set(rows.map(({ part }) => part))
  for (const part of ['Pod', 'Service', 'mTLS', 'Listener', 'Route', 'Cluster', 'Gateway listener', 'Gateway route']) {
    assert.ok(parts.has(part), `${part}: ${[...parts]}`)
  }
  const objects = new Set(rows.flatMap(({ object }) => object.split(', ')))
  for (const object of [
    `pod/${name}.default`,
    'deployment/reviews-v1.default',
    'service/reviews.default',
    'virtualservice/reviews.default',
    'destinationrule/reviews.default',
    'virtualservice/bookinfo.default',
    'httproute/bookinfo.default',
    'gateway/bookinfo-gateway.default',
  ]) {
    assert.ok(objects.has(object), `${object}: ${[...objects]}`)
  }
  const inbound = rows.find((row) => row.part === 'mTLS' && row.name === 'port 9080')
  assert.equal(inbound?.summary, 'PERMISSIVE: accepts mutual TLS and plaintext')
  // The same names as istioctl reports.
  const theirs = await lab.run(lab.istioctl, ['experimental', 'describe', 'pod', name])
  assert.match(theirs.stdout, /DestinationRule: reviews/)
  assert.match(theirs.stdout, /VirtualService: reviews/)
})

test('a live service, through another proxy, without the gateways', async () => {
  const { rows, stderr } = await describe('svc', 'reviews', '--from', 'deploy/productpage-v1', '--gateways=false')
  assert.match(stderr, /What the proxy of pod default\/productpage-v1-\S+ has loaded:/)
  assert.equal(rows[0]?.object, 'service/reviews.default')
  assert.deepEqual(
    rows.filter(({ part }) => part.startsWith('Gateway')),
    [],
  )
  assert.ok(
    rows.some(({ part, summary }) => part === 'Cluster' && summary.includes('2/2 endpoints healthy, mutual tls')),
  )
})

test('who may not list pods everywhere is told so, and sees the rest', async () => {
  const { name } = await lab.pod('app=details')
  const { rows, stderr } = await describe('pod', name, '--context', 'dev')
  assert.match(stderr, /forbidden/)
  assert.ok(rows.some(({ part }) => part === 'Cluster'))
})
