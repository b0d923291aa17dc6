import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Lab, type LabPod, type Output, openLab } from './lab.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const url = 'http://reviews:9080/reviews/1'

let lab: Lab
let productpage: LabPod

before(async () => {
  lab = await openLab()
  productpage = await lab.pod('app=productpage')
})

function trace(...argv: string[]): Promise<Output> {
  return lab.run(process.execPath, [main, 'trace', ...argv])
}

test('--follow goes on in the proxies of the pods that the request can reach', async () => {
  const { code, stdout, stderr } = await trace(productpage.name, url, '--follow', '-o', 'json')
  assert.equal(code, 0, stderr)
  const [first, ...next] = JSON.parse(stdout)
  assert.equal(first.proxy, `${productpage.name}.default`)
  assert.deepEqual(
    first.alternatives.map(({ probability }: { probability: number }) => probability),
    [0.8, 0.2],
  )
  const pods = [await lab.pod('app=reviews,version=v1'), await lab.pod('app=reviews,version=v2')]
  assert.deepEqual(
    next.map(({ proxy }: { proxy: string }) => proxy),
    pods.map(({ name }) => `${name}.default`),
  )
  for (const [index, { request, alternatives }] of next.entries()) {
    const { ip } = pods[index] ?? productpage
    assert.deepEqual(request.destination, { address: ip, port: 9080 })
    // The first proxy's own certificate says who comes.
    assert.deepEqual(request.tls.certificate.uriSans, ['spiffe://cluster.local/ns/default/sa/productpage'])
    const [{ hops, outcome }] = alternatives
    assert.deepEqual(
      [hops[0].listener, hops[0].cluster, outcome.kind],
      ['virtualInbound', 'inbound|9080||', 'upstream'],
    )
    assert.equal(hops[0].endpoints[0].address, `${ip}:9080`)
  }
})

test('a request is not followed to an address that is no pod, and a note says so', async () => {
  const { code, stdout, stderr } = await trace(productpage.name, 'tcp://mysql.example.internal:3306', '--follow')
  assert.equal(code, 0, stderr)
  assert.match(stdout, /endpoint {2}10\.77\.0\.1:13306/)
  assert.match(stderr, /No pod has the address 10\.77\.0\.1: the request is not followed further\./)
})

test('who may not list pods of all namespaces gets the first proxy and the reason', async () => {
  const { code, stdout, stderr } = await trace(productpage.name, url, '--follow', '--context', 'dev')
  assert.equal(code, 1, 'where the request goes on is not told')
  assert.match(stdout, /=> sent upstream/)
  assert.match(stderr, /The pod at \S+ cannot be looked up: .*forbidden/)
})

test('a Service of another namespace is found in the dump; one that nobody knows is looked up at the API server', async () => {
  const found = await trace(productpage.name, 'http://kubernetes.default.svc/')
  assert.equal(found.code, 0, found.stderr)
  assert.match(found.stdout, /to 10\.96\.0\.1:80/)
  const unknown = await trace(productpage.name, 'http://nothing/')
  assert.match(unknown.stdout, /=> not decidable from a dump address_unknown/)
  assert.match(unknown.stderr, /There is no Service nothing with an address in namespace default/)
  assert.match(unknown.stderr, /the dump does not know the address of nothing: --address says it/)
  const forbidden = await trace(productpage.name, 'http://nothing/', '--context', 'dev')
  assert.equal(forbidden.code, 0, forbidden.stderr)
  assert.match(forbidden.stderr, /The Service of nothing cannot be looked up: .*forbidden/)
})

test("labels of the client pick the proxy; another proxy's labels are refused", async () => {
  const picked = await trace('--source-labels', 'app=productpage', url, '-o', 'json')
  assert.equal(picked.code, 0, picked.stderr)
  assert.equal(JSON.parse(picked.stdout).proxy, `${productpage.name}.default`)
  const several = await trace('--source-labels', 'app=reviews', url)
  assert.match(several.stderr, /2 pods have these labels; traced is pod default\/reviews-/)
  const other = await trace(productpage.name, '--source-labels', 'app=reviews', url)
  assert.deepEqual([other.code, other.stdout], [1, ''])
  assert.match(other.stderr, /the workload of this proxy has app=productpage, not app=reviews/)
})
