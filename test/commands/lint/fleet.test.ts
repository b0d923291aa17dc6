import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { changed, dumpOfSections } from '../../lint/case-proxy.ts'
import { runProgram } from '../../run-program.ts'
import { istiodPod, meshPod, startMesh } from '../fake-mesh.ts'
import { storedPageOf } from '../report/page-parts.ts'

const name = 'outbound|80||shop.default.svc.cluster.local'

/** A proxy of Istio whose cluster `shop` is that of the Service. */
function dumpOf(more: object = {}): string {
  const own = {
    'cluster.name': name,
    'endpoints.0.cluster_name': name,
    'route.route.cluster': name,
    'tcpProxy.cluster': name,
    'node.metadata': { ISTIO_VERSION: '1.29.0' },
  }
  return JSON.stringify(dumpOfSections(changed({ ...own, ...more })))
}

const dumps = new Map([
  ['web-5d8f-a', dumpOf()],
  ['web-5d8f-b', dumpOf()],
  ['web-5d8f-c', dumpOf({ 'route.route.timeout': '1s' })],
])
const pods = [...dumps.keys()].map((pod) => meshPod(pod, 'default', { labels: { 'pod-template-hash': '5d8f' } }))

function slices(...addresses: readonly string[]) {
  return [
    {
      metadata: { name: 'shop-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'shop' } },
      ports: [{ name: 'http', port: 8080 }],
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    },
  ]
}

/** A cluster whose EndpointSlices are the first of these, then the second, and so on. */
function meshOf(answers: readonly (readonly object[])[]) {
  const left = [...answers]
  return startMesh({
    pods: [...pods, istiodPod('istiod-1')],
    answer: (pod, _port, path) => (path.startsWith('config_dump') ? dumps.get(pod) : undefined),
    object(path) {
      if (path === '/api/v1/services')
        return {
          items: [
            {
              metadata: { name: 'shop', namespace: 'default' },
              spec: { clusterIPs: ['10.2.0.1'], ports: [{ name: 'http', port: 80 }] },
            },
          ],
        }
      if (path !== '/apis/discovery.k8s.io/v1/endpointslices') return undefined
      const items = left.length > 1 ? left.shift() : left[0]
      return { items }
    },
  })
}

const argv = ['lint', '-n', 'default', '--profile', 'fleet', '-o', 'json']

test('replicas, endpoints and the control plane are held against each other, the EndpointSlices before and after', async () => {
  const mesh = await meshOf([slices('10.1.0.1', '10.1.0.5', '10.1.0.6'), slices('10.1.0.1', '10.1.0.5')])
  try {
    const { out, code, err } = await mesh.run(...argv)
    assert.equal(code, 1, err)
    const found: { rule: string; resource: string; message: string; proxies: string[] }[] = JSON.parse(out)
    assert.deepEqual(
      found.map(({ rule, message, proxies }) => [rule, message, proxies.length]),
      [
        ['stale-endpoint', `cluster ${name} has 10.1.0.2:8080, which Service default/shop has not`, 3],
        ['missing-endpoint', `cluster ${name} lacks 10.1.0.5:8080 of Service default/shop`, 3],
        [
          'replicas-differ',
          '1 replica of default/web 5d8f has loaded other configuration than 2 replicas such as web-5d8f-a.default: different routes/routes',
          1,
        ],
        ['proxy-older-than-control-plane', 'Istio 1.29.0 beside a control plane of 1.31.0', 3],
      ],
    )
    for (const list of ['services', 'endpointslices'])
      assert.ok(
        mesh.api.requests.some((request) => request.includes(`/${list}?limit=500`)),
        'large lists are asked page by page',
      )
  } finally {
    await mesh.close()
  }
})

test('the page of report has the findings of the fleet, each with its proxies', async () => {
  const mesh = await meshOf([slices('10.1.0.1', '10.1.0.5', '10.1.0.6'), slices('10.1.0.1', '10.1.0.5')])
  try {
    const { out, err } = await mesh.run('report', '-n', 'default')
    const { index } = await storedPageOf(out)
    const { columns = [], rows = [] } = index.tables.fleet ?? {}
    const cell = (row: (typeof rows)[number], key: string) =>
      row.cells[columns.findIndex((column) => column.key === key)]
    const found = rows.map((row) => [cell(row, 'rule'), row.proxies?.map((at) => index.proxies[at]?.id)])
    const [a, b, c] = ['web-5d8f-a.default', 'web-5d8f-b.default', 'web-5d8f-c.default']
    assert.deepEqual(
      found,
      [
        ['stale-endpoint', [a, b, c]],
        ['missing-endpoint', [a, b, c]],
        ['replicas-differ', [c]],
        ['proxy-older-than-control-plane', [a, b, c]],
      ],
      err,
    )
    assert.match(String(rows[1] && cell(rows[1], 'message')), /lacks 10\.1\.0\.5:8080 of Service default\/shop$/)
  } finally {
    await mesh.close()
  }
})

test('a page of one proxy of which nothing decides a rule of the fleet has no such table', async () => {
  const { out } = await runProgram(['report', '--file', '-'], { stdin: dumpOf() })
  assert.equal((await storedPageOf(out)).index.tables.fleet, undefined)
})

test('a capture answers as the cluster did', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-fleet-'))
  const file = join(folder, 'mesh.zip')
  const mesh = await meshOf([slices('10.1.0.1', '10.1.0.5')])
  try {
    const asked = ['--profile', 'fleet', '--rule', 'stale-endpoint,missing-endpoint,replicas-differ', '-o', 'json']
    const live = await mesh.run('lint', '-A', ...asked)
    // Pages that the pods do not have make it incomplete.
    await mesh.run('capture', '-A', '--to', file)
    const saved = await runProgram(['lint', '-A', ...asked, '--capture', file])
    assert.equal(live.code, 1, live.err)
    assert.equal(saved.out, live.out, saved.err)
  } finally {
    await mesh.close()
    rmSync(folder, { recursive: true })
  }
})

test('objects of Istio that are in no proxy, and no word of them where there is no Istio', async () => {
  const shop = { metadata: { name: 'shop', namespace: 'default' }, spec: { hosts: ['shop'] } }
  const late = { metadata: { name: 'late', namespace: 'default' }, spec: { hosts: ['shop'] } }
  const config = '/apis/networking.istio.io/v1/namespaces/default/virtual-service/shop'
  const dump = dumpOf({ 'route.metadata': { filter_metadata: { istio: { config } } } })
  const mesh = await startMesh({
    pods: [meshPod('web-1', 'default')],
    answer: (_pod, _port, path) => (path.startsWith('config_dump') ? dump : undefined),
    lists: new Map([
      ['/apis/networking.istio.io/v1/virtualservices', [shop, late]],
      ['/apis/networking.istio.io/v1/gateways', []],
    ]),
  })
  const rules = ['--rule', 'virtual-service-ignored,gateway-server-dropped']
  const folder = mkdtempSync(join(tmpdir(), 'lint-objects-'))
  const file = join(folder, 'mesh.zip')
  try {
    const { out } = await mesh.run(...argv, ...rules)
    await mesh.run('capture', '-A', '--to', file)
    const saved = await runProgram([...argv, ...rules, '--capture', file])
    assert.equal(saved.out, out, saved.err)
    const found: { rule: string; proxies: string[] }[] = JSON.parse(out)
    assert.deepEqual(
      found.map(({ rule, proxies }) => [rule, ...proxies]),
      [['virtual-service-ignored', 'web-1.default']],
    )
  } finally {
    await mesh.close()
    rmSync(folder, { recursive: true })
  }
  const other = await meshOf([slices('10.1.0.1')])
  try {
    const { out, err } = await other.run(...argv, ...rules)
    assert.deepEqual(JSON.parse(out), [])
    assert.ok(!/not decided|not find/.test(err), err)
  } finally {
    await other.close()
  }
})

test('a pod that came while the proxies were read is no finding', async () => {
  const mesh = await meshOf([slices('10.1.0.1'), slices('10.1.0.1', '10.1.0.2')])
  try {
    const { out } = await mesh.run(...argv, '--rule', 'stale-endpoint,missing-endpoint')
    assert.deepEqual(JSON.parse(out), [])
  } finally {
    await mesh.close()
  }
})

test('what the API server does not tell is a note, and the others are decided', async () => {
  const { out, err, code } = await runOverFiles()
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), [])
  assert.match(
    err,
    /not decided without Services and EndpointSlices of the API server: stale-endpoint, missing-endpoint/,
  )
  assert.match(err, /not decided without a second proxy: trust-roots-differ/)
})

function runOverFiles() {
  return runProgram(['lint', '--file', '-', '--profile', 'fleet', '-o', 'json'], { stdin: dumpOf() })
}
