import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { runProgram } from '../../run-program.ts'
import { rawZip } from './raw-zip.ts'
import { guarded } from './small-mesh.ts'

const folder = mkdtempSync(join(tmpdir(), 'foreign-'))
after(() => rmSync(folder, { recursive: true }))

type Files = Readonly<Record<string, string>>
const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
const sidecar = fixture('sidecar/config_dump.json')
const syncz = JSON.stringify([
  {
    proxy: 'cart-1.shop',
    proxy_type: 'sidecar',
    cluster_id: 'Kubernetes',
    istio_version: '1.31.0',
    cluster_sent: '1',
    cluster_acked: '1',
  },
])

let count = 0
/** The files as a folder, a tar archive, the same gzipped, and a ZIP archive. */
async function everyForm(files: Files): Promise<readonly string[]> {
  count += 1
  const root = join(folder, `f${count}`)
  const tar = pack()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
    tar.entry({ name }, text)
  }
  tar.finalize()
  const bytes = await buffer(tar)
  const [plain, packed, zip] = ['tar', 'tar.gz', 'zip'].map((ending) => `${root}.${ending}`)
  assert.ok(plain !== undefined && packed !== undefined && zip !== undefined)
  writeFileSync(plain, bytes)
  writeFileSync(packed, gzipSync(bytes))
  writeFileSync(zip, rawZip(Object.entries(files).map(([name, text]) => ({ name, bytes: text }))))
  return [root, plain, packed, zip]
}

async function ask(file: string, ...argv: string[]) {
  const { out, err, code } = await runProgram([...argv, '--capture', file])
  return { out, code, err: err.replaceAll(file, 'FILE') }
}

test('istioctl bug-report: its proxies, and what its istiod says of them', async () => {
  const files = {
    'bug-report/proxies/default/web-1/config_dump?include_eds': sidecar,
    'bug-report/proxies/default/web-1/certs': fixture('sidecar/certs.json'),
    'bug-report/proxies/default/web-1/clusters': fixture('sidecar/clusters.txt'),
    'bug-report/proxies/default/web-1/server_info': fixture('sidecar/server_info.json'),
    'bug-report/proxies/default/web-1/proxy.log': 'a line\n',
    'bug-report/istio/istio-system/istiod-a/debug/syncz': syncz,
    'bug-report/istio/istio-system/istiod-a/debug/adsz': '{}',
    'bug-report/cluster/cluster-context': 'x',
    'bug-report/versions': 'y',
  }
  for (const file of await everyForm(files)) {
    const { out, err, code } = await ask(file, 'clusters', 'web-1')
    assert.deepEqual([code, err], [0, ''], file)
    assert.ok(out.includes('reviews'))
    const status = await ask(file, 'status')
    assert.match(status.out, /^cart-1\.shop +Kubernetes +SYNCED .*istiod-a/m)
    assert.match(status.out, /^web-1\.default .*NOT CONNECTED/m)
    assert.equal((await ask(file, 'certs', '-A')).code, 0)
    assert.match((await ask(file, 'info', 'web-1')).out, /version/i)
    const shown = await runProgram(['capture', 'show', file])
    assert.match(shown.out, /proxy +default +web-1 +<none> +4 /)
    assert.match(shown.err, /: 1 proxy, 1 istiod, 5 files\.\n$/)
  }
})

test('without a list of pods, labels and workloads are those of the nodes, and what is not known decides nothing', async () => {
  const files = {
    'bug-report/proxies/default/web-1/config_dump?include_eds': sidecar,
    'bug-report/proxies/default/cart-1/config_dump?include_eds': JSON.stringify(guarded),
    'bug-report/proxies/shop/cart-1/config_dump?include_eds': JSON.stringify(guarded),
  }
  for (const file of await everyForm(files)) {
    const some = await ask(file, 'clusters', '-l', 'app=productpage')
    assert.deepEqual(
      [some.code, some.err],
      [0, 'FILE does not have the labels of 1 pod, which is not in the answer.\n'],
    )
    assert.match(some.out, /reviews/)
    const other = await ask(file, 'clusters', '-l', 'app!=productpage')
    assert.deepEqual([other.code, other.out], [1, ''])
    assert.match(other.err, /^error: no pods whose labels are known match "app!=productpage", and FILE does not/)
    const none = await ask(file, 'clusters', '-l', 'app=cart', '-n', 'shop')
    assert.deepEqual([none.code, none.out], [1, ''])
    assert.match(
      none.err,
      /^error: FILE does not have the labels of its pods: .* "app=cart" is not known\n.*capture show/,
    )
    assert.match((await ask(file, 'clusters', '-A', '-l', 'app=productpage')).err, /labels of 2 pods, which are not/)
    assert.match(
      (await ask(file, 'status', '-l', 'app=cart', '-n', 'shop')).err,
      /does not have the labels of its pods/,
    )
    const owned = await ask(file, 'clusters', 'deploy/productpage-v1')
    assert.deepEqual([owned.code, owned.err], [0, ''])
    assert.match(owned.out, /reviews/)
    assert.match((await ask(file, 'clusters', 'deploy/cart')).err, /^error: FILE holds no deployments/)
    assert.match((await ask(file, 'clusters', 'sts/productpage-v1')).err, /^error: FILE holds no statefulsets/)
    assert.match((await ask(file, 'clusters', 'svc/productpage')).err, /^error: FILE holds no services/)
  }
})

/** As `kubectl get all,… -o yaml` prints it. */
const resources = `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      note: |
        - apiVersion: v1
          kind: Pod
    labels:
      app: web
    name: web-1
    namespace: default
  spec:
    containers:
    - args: [proxy, sidecar]
      name: istio-proxy
  status:
    phase: Running
    podIP: 10.0.0.1
- apiVersion: v1
  kind: Pod
  metadata:
    name: job-1
    namespace: default
    labels: {app: web}
  spec:
    containers:
    - name: main
  status:
    phase: Succeeded
- apiVersion: v1
  kind: Service
  metadata:
    name: web
    namespace: default
  spec:
    selector:
      app: web
- apiVersion: apps/v1
  kind: Deployment
  metadata:
    name: web
    namespace: default
  spec:
    selector:
      matchLabels:
        app: web
- apiVersion: example.com/v1
  kind: Deployment
  metadata:
    name: other
    namespace: default
- apiVersion: v1
  data:
    password: not-to-be-read
  kind: ConfigMap
  metadata:
    name: c
    namespace: default
kind: List
metadata:
  resourceVersion: ""
`

test('istioctl bug-report: the objects of the cluster, in the layout of kubectl and in any other', async () => {
  const gateways =
    'apiVersion: v1\nitems:\n- apiVersion: gateway.networking.k8s.io/v1beta1\n  kind: Gateway\n  metadata:\n    name: edge\n    namespace: default\nkind: List\n'
  for (const text of [
    resources,
    resources.replace('apiVersion: v1\nitems', 'kind: List\nitems').replace(/\nkind: List\nmeta/, '\nmeta'),
  ]) {
    const files = {
      'bug-report/proxies/default/web-1/config_dump?include_eds': sidecar,
      'bug-report/proxies/shop/cart-1/config_dump?include_eds': JSON.stringify(guarded),
      'bug-report/cluster/k8s-resources': text,
      'bug-report/cluster/k8s-cluster-resources':
        'apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: default\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: n\nkind: List\n',
      'bug-report/cluster/crs': gateways,
    }
    for (const file of await everyForm(files)) {
      for (const target of ['deploy/web', 'svc/web', 'web-1']) {
        const { out, err, code } = await ask(file, 'clusters', target)
        assert.deepEqual([code, err], [0, ''], `${target} of ${file}`)
        assert.ok(out.includes('reviews'))
      }
      assert.match((await ask(file, 'clusters', 'job-1')).err, /^error: .*job-1.*Succeeded/)
      assert.equal((await ask(file, 'clusters', 'cart-1.shop')).code, 0, 'a pod that no list has')
      const { err } = await ask(file, 'clusters', 'deploy/other')
      assert.match(
        err,
        /deployments\.apps "other" not found\nkubectl proxy-config capture show FILE lists what was captured\.\n/,
      )
      assert.match((await ask(file, 'clusters', 'gateway/edge')).err, /no pods match "gateway\/edge"/)
      const { out } = await runProgram(['__complete', 'clusters', '--capture', file, '-n', ''])
      assert.match(out, /^default\n:/)
      const made = join(folder, 'objects.zip')
      rmSync(made, { force: true })
      assert.equal((await ask(file, 'capture', '-A', '--to', made)).code, 0)
      assert.ok(!readFileSync(made).includes('not-to-be-read'))
      assert.equal((await runProgram(['clusters', 'deploy/web', '--capture', made])).code, 0)
    }
  }
})

test('a broken list of objects is told where it is asked for, and proxies are there', async () => {
  const [root = ''] = await everyForm({
    'bug-report/proxies/shop/cart-1/config_dump?include_eds': JSON.stringify(guarded),
    'bug-report/cluster/k8s-resources': resources.replace('    labels:\n', '  labels: {\n'),
  })
  const own = await ask(root, 'clusters', 'cart-1.shop')
  assert.equal(own.code, 0)
  assert.match(
    own.err,
    /^\S+k8s-resources of FILE is broken YAML at line 12, column \d+: what it lists is not known\.\n$/,
  )
  const { err, code } = await ask(root, 'clusters', 'deploy/web.default')
  assert.equal(code, 1)
  assert.match(err, /^\S+k8s-resources of FILE is broken YAML .*\nerror: no pods match "deploy\/web"/)
})

test('egctl x collect: dumps by namespace, and the lists of objects beside them', async () => {
  const pod = {
    metadata: { name: 'envoy-1', namespace: 'envoy-gateway-system', labels: { app: 'eg' } },
    spec: { containers: [{ name: 'envoy' }] },
    status: { phase: 'Running' },
  }
  const files = {
    'bundle/config-dumps/envoy-gateway-system/envoy-1.json': sidecar,
    'bundle/config-dumps/errors.log': 'x',
    'bundle/cluster-resources/pods/envoy-gateway-system.json': JSON.stringify({ kind: 'PodList', items: [pod] }),
    'bundle/envoy-gateway-resources/x.yaml': 'a: b',
    'bundle/cluster-resources/custom-resources/gateways.gateway.networking.k8s.io/shop.json': JSON.stringify([
      { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' } },
    ]),
  }
  for (const file of await everyForm(files)) {
    assert.match((await ask(file, 'clusters', 'gateway/edge.shop')).err, /no pods match "gateway\/edge"/)
    assert.match((await ask(file, 'clusters', 'gateway/none.shop')).err, /"none" not found/)
    const { out, err, code } = await ask(file, 'routes', '-l', 'app=eg', '-n', 'envoy-gateway-system')
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^envoy-1\.envoy-gateway-system /m)
  }
})

test('must-gather, as Kiali reads it: both sides of each proxy', async () => {
  const files = {
    'must-gather/namespaces/shop/pods/cart-1/config_dump_proxy.json': JSON.stringify(guarded),
    'must-gather/namespaces/shop/pods/cart-1/config_dump_istiod.json': JSON.stringify(guarded).replace('5s', '10s'),
    'must-gather/namespaces/shop/pods/cart-1/proxy_stats': 'server.live: 1\n',
    'must-gather/namespaces/istio-system/default/debug-syncz.json': syncz,
    'must-gather/namespaces/shop/core/pods.yaml':
      'kind: PodList\nitems:\n- metadata: {name: cart-1, namespace: shop, labels: {app: cart}}\n  spec: {containers: [{name: istio-proxy}]}\n  status: {phase: Running}\n',
    'must-gather/namespaces/shop/pods/cart-1/istio-proxy/istio-proxy/logs/current.log':
      '2026-01-01T00:00:00.000000000Z 2026-01-01T00:00:00.0Z\twarning\tenvoy config\tgRPC config rejected\n',
    'must-gather/namespaces/shop/discovery.k8s.io/endpointslices.yaml':
      'kind: EndpointSliceList\nitems:\n- metadata: {name: cart-x, namespace: shop}\n',
    'must-gather/namespaces/shop/apps/deployments.yaml':
      'kind: DeploymentList\nitems:\n- metadata: {name: cart, namespace: shop}\n  spec: {selector: {matchLabels: {app: cart}}}\n',
  }
  for (const file of await everyForm(files)) {
    const { out, code, err } = await ask(file, 'status', 'deploy/cart.shop')
    assert.equal(code, 0, err)
    assert.match(out, /connect_timeout: "10s" in the control plane, "5s" in Envoy/)
    assert.match((await ask(file, 'status')).out, /^cart-1\.shop +Kubernetes +SYNCED/m)
    const shown = await runProgram(['capture', 'show', file])
    assert.match(shown.out, /^proxy +shop +cart-1 +<none> +2 /m, 'its dump and its log')
    assert.match(shown.out, /^objects +shop +endpointslices /m)
  }
})

test('any folder of dumps: whose they are is in the dumps, else in their paths', async () => {
  const bare = JSON.stringify({ configs: guarded.configs.slice(1) })
  const files = {
    'a/config_dump.json': JSON.stringify(guarded),
    'a/certs.json': fixture('sidecar/certs.json'),
    'b/prod/web-7/config_dump.json': bare,
    'b/edge.json': bare,
    'b/notes.txt': 'nothing',
    'b/broken.json': '{',
  }
  for (const file of await everyForm(files)) {
    const { out } = await ask(file, 'routes', '--all-pods', '-n', 'shop')
    assert.match(out, /^cart-1\.shop /m)
    assert.match((await ask(file, 'secrets', 'cart-1.shop')).err, /No secrets|no secrets|has no/i)
    assert.equal((await ask(file, 'clusters', 'web-7.prod')).code, 0)
    assert.equal((await ask(file, 'clusters', 'edge.b')).code, 0)
  }
})

test('dumps that --file names: a capture calls them by their node, which /server_info may name, else by their folder', async () => {
  const root = join(folder, 'named')
  const bare = JSON.stringify({ configs: guarded.configs.slice(1) })
  const kuma = { id: 'default.backend-1', metadata: { 'dataplane.proxyType': 'dataplane' } }
  const type = 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump'
  const files = {
    'eg/config_dump.json': bare,
    'eg/server_info.json': '{"version":"x","node":{"id":"envoy-edge-eg-5f"}}',
    'contour/config_dump.json': bare,
    'kuma/config_dump.json': JSON.stringify({ configs: [{ '@type': type, bootstrap: { node: kuma } }] }),
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const given = ['eg', 'contour', 'kuma'].flatMap((name) => ['--file', join(root, name)])
  const to = join(folder, 'named.zip')
  await runProgram(['capture', ...given, '--to', to])
  const table = await runProgram(['capture', 'show', to])
  assert.deepEqual(
    table.out
      .match(/^proxy +\S+ +\S+/gm)
      ?.map((line) => line.split(/ +/).slice(1).join('/'))
      .sort(),
    ['default/backend-1', 'default/contour', 'default/envoy-edge-eg-5f'],
  )
  const one = join(folder, 'one.zip')
  await runProgram(['capture', '--file', join(root, 'contour', 'config_dump.json'), '--to', one])
  assert.match((await runProgram(['capture', 'show', one])).out, /^proxy +default +contour /m)
})

test('a link in a folder is not followed; a folder or an archive without a dump is no capture', async () => {
  const root = join(folder, 'links')
  mkdirSync(join(root, 'proxies/shop/cart-1'), { recursive: true })
  writeFileSync(join(folder, 'outside.json'), sidecar)
  symlinkSync(join(folder, 'outside.json'), join(root, 'proxies/shop/cart-1/config_dump.json'))
  symlinkSync(root, join(root, 'loop'))
  assert.match(
    (await ask(root, 'clusters', 'cart-1.shop')).err,
    /^FILE: "loop", "proxies\/shop\/cart-1\/config_dump\.json" is passed over: it is a symbolic link\.\nerror: FILE is no capture: /,
  )
  for (const file of await everyForm({ 'notes.txt': 'x' })) {
    const { err, code } = await ask(file, 'clusters', 'x')
    assert.equal(code, 1)
    assert.match(err, /^error: FILE is no capture: it has no manifest\.json, and no proxies\n/)
  }
})

test('what another program collected becomes a capture, without its secrets', async () => {
  const [root = ''] = await everyForm({
    'bug-report/proxies/shop/cart-1/config_dump?include_eds': JSON.stringify(guarded),
  })
  const file = join(folder, 'made.zip')
  const { code, err } = await ask(root, 'capture', '-A', '--to', file)
  assert.equal(code, 0, err)
  const { out } = await runProgram(['routes', 'cart-1.shop', '-o', 'json', '--show-secrets', '--capture', file])
  assert.match(out, /"value": "\[redacted-[0-9a-f]{8}\]"/)
})

test('names that lead out of an archive are passed over with a line for each kind, and the rest is there', async () => {
  const tar = pack()
  const names = ['../../etc/x', 'a/../../b', '/etc/passwd', 'c/a\\b', './report/proxies/default/web-1/config_dump']
  for (const name of names) tar.entry({ name }, sidecar)
  for (const type of ['symlink', 'link'] as const)
    tar.entry({ name: `report/proxies/default/web-2/${type}`, type, linkname: '../web-1/config_dump' })
  tar.finalize()
  const bytes = await buffer(tar)
  for (const [ending, content] of [
    ['tar', bytes],
    ['tgz', gzipSync(bytes)],
  ] as const) {
    const file = join(folder, `hostile.${ending}`)
    writeFileSync(file, content)
    const { out, err, code } = await ask(file, 'clusters', '-A', '-o', 'jsonl')
    assert.equal(code, 0, err)
    assert.deepEqual(err.split('\n').filter(Boolean), [
      'FILE: "report/proxies/default/web-2/symlink" is passed over: it is a symbolic link.',
      'FILE: "report/proxies/default/web-2/link" is passed over: it is a hard link.',
      'FILE: "../../etc/x", "a/../../b" is passed over: its name leads out of the archive.',
      'FILE: "/etc/passwd" is passed over: its name is an absolute path.',
      'FILE: "c/a\\\\b" is passed over: its name is no path of files.',
    ])
    const proxies = new Set(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).proxy),
    )
    assert.equal(proxies.size, 1, [...proxies].join())
  }
})
