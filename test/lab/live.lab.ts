import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { AppError } from '../../src/errors.ts'
import type { KubeFlags } from '../../src/fetch/kube/access/flags.ts'
import { connect, type KubeCluster } from '../../src/fetch/kube/kube-cluster.ts'
import { requiredBytes } from '../../src/mesh/proxies/pages.ts'
import { failureOf } from '../app-error.ts'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
const notes: string[] = []
const opened: KubeCluster[] = []

before(async () => {
  lab = await openLab()
})
after(() => {
  for (const cluster of opened) cluster.close()
})

function open(flags: KubeFlags = {}): KubeCluster {
  const host = {
    env: lab.env,
    homedir: '/nonexistent',
    cwd: '/',
    stdinIsTerminal: false,
    writeStderr: () => undefined,
    note: (line: string) => void notes.push(line),
  }
  const cluster = connect(flags, host)
  opened.push(cluster)
  return cluster
}

async function text(answer: Promise<Uint8Array>): Promise<string> {
  return Buffer.from(await answer).toString()
}

const dump = 'config_dump?mask=static_clusters,dynamic_active_clusters'

test('every target form leads to its pod', async () => {
  const productpage = (await lab.pod('app=productpage')).name
  const replicas = (await lab.kubectl('get', 'rs', '-l', 'app=productpage', '-o', 'name')).stdout
    .trim()
    .split('/')
    .at(-1)
  const forms: [string, string][] = [
    [productpage, productpage],
    [`${productpage}.default`, productpage],
    [`pod/${productpage}`, productpage],
    [`po/${productpage}.default`, productpage],
    ['deploy/productpage-v1', productpage],
    ['deployments.v1.apps/productpage-v1.default', productpage],
    [`rs/${replicas}`, productpage],
    ['svc/productpage', productpage],
    ['sts/carts', (await lab.pod('sts/carts')).name],
    ['ds/agent', (await lab.pod('ds/agent')).name],
    ['job/import', (await lab.pod('job/import')).name],
    ['rc/catalog', (await lab.pod('rc/catalog')).name],
    ['gateway/bookinfo-gateway', (await lab.pod('deploy/bookinfo-gateway-istio')).name],
    ['deploy/productpage-v1.staging', (await lab.pod('app=productpage', 'staging')).name],
    ['deploy/envoy-edge.edge', (await lab.pod('deploy/envoy-edge', 'edge')).name],
  ]
  const cluster = open()
  for (const [target, expected] of forms) assert.equal((await cluster.pod(target)).name, expected, target)
})

test('of several pods the one that kubectl logs names', async () => {
  const logs = await lab.kubectl('logs', 'svc/reviews', '-c', 'istio-proxy', '--tail=1')
  const [, chosen] = /using pod\/(\S+)/.exec(logs.stderr) ?? []
  assert.ok(chosen, logs.stderr)
  assert.equal((await open().pod('svc/reviews')).name, chosen)
})

test('every proxy answers on the port that its pod tells, with what it answers inside of the pod', async () => {
  const places: [string, string, number][] = [
    ['deploy/productpage-v1', 'default', 15000],
    ['deploy/reviews-v2', 'default', 15000],
    ['sts/carts', 'default', 15000],
    ['deploy/istio-ingressgateway', 'istio-system', 15000],
    ['rc/catalog', 'default', 9901],
    ['deploy/envoy-edge', 'edge', 19000],
  ]
  const cluster = open()
  for (const [target, namespace, port] of places) {
    const proxy = await cluster.open(`${target}.${namespace}`)
    const inside = await lab.admin(await lab.pod(target, namespace), dump, port)
    assert.equal(await text(requiredBytes(proxy, dump)), inside, target)
  }
})

test('exec gives the same bytes as port-forward, by pilot-agent and by wget', async () => {
  const cluster = open()
  for (const target of ['deploy/productpage-v1', 'deploy/reviews-v2', 'rc/catalog']) {
    const pod = await cluster.pod(target)
    const byExec = await text(requiredBytes(cluster.proxy(pod, { via: 'exec' }), dump))
    assert.equal(byExec.trimEnd(), (await text(requiredBytes(cluster.proxy(pod), dump))).trimEnd(), target)
  }
})

test('exec: a container without programs, and one whose Envoy is not there', async () => {
  const cluster = open()
  const bare = await failureOf(
    requiredBytes(cluster.proxy(await cluster.pod('deploy/envoy-edge.edge'), { via: 'exec' }), dump),
  )
  assert.match(bare.message, /has no pilot-agent, curl, wget to ask Envoy with$/)
  const missing = requiredBytes(cluster.proxy(await cluster.pod('rc/catalog'), { via: 'exec' }), 'no-such-path')
  assert.match((await failureOf(missing)).message, /has no \/no-such-path \(HTTP status 404\)$/)
})

test('an Envoy that starts: the whole dump in place of the mask, and its state', async () => {
  const cluster = open()
  const proxy = await cluster.open('deploy/ratings-v1')
  notes.length = 0
  const body = JSON.parse(
    await text(requiredBytes(proxy, 'config_dump?mask=dynamic_route_configs,static_route_configs')),
  )
  assert.ok(body.configs.length > 1)
  assert.match(notes.join(), /Envoy is PRE_INITIALIZING/)
})

test('pods that cannot be asked', async () => {
  const cluster = open()
  const message = async (target: string) =>
    (await failureOf(cluster.open(target).then((proxy) => requiredBytes(proxy, dump)))).message
  assert.match(await message('deploy/pending-v1'), /is not running\. Status=Pending$/)
  assert.match(await message('job/report'), /is not running\. Status=Succeeded$/)
  assert.match(await message('job/broken'), /is not running\. Status=Failed$/)
  assert.match(await message('deploy/offline-v1'), /refused the connection to port 15000$/)
  assert.match(await message('deploy/legacy-v1'), /has no proxy container that is known/)
  assert.equal(await message('deploy/nope'), 'Error from server (NotFound): deployments.apps "nope" not found')
  const near = await failureOf(cluster.open('productpage-v1'))
  assert.equal(near.message, 'Error from server (NotFound): pods "productpage-v1" not found')
  assert.equal(near.hint, `Did you mean "${(await lab.pod('app=productpage')).name}"?`)
})

test('admin ports that misbehave', async () => {
  const cluster = open({ requestTimeout: '3s' })
  const pod = await cluster.pod('deploy/odd-v1')
  const message = async (adminPort: number) =>
    (await failureOf(requiredBytes(cluster.proxy(pod, { adminPort }), dump))).message
  assert.match(await message(19102), /was cut short after \d+ of \d+ bytes/)
  assert.match(await message(19103), /did not answer within 3 s$/)
  assert.match(await message(19104), /has no \/config_dump \(HTTP status 404\)$/)
  assert.match(await message(19105), /but not like Envoy's admin interface$/)
  assert.match(await message(19106), /did not end its answer within 3 s$/)
  assert.match(await message(12345), /refused the connection to port 12345$/)
})

test('100 MB through a port-forward, and through one that the network cuts', async (t) => {
  const cluster = open()
  const pod = await cluster.pod('deploy/odd-v1')
  const body = await requiredBytes(cluster.proxy(pod, { adminPort: 19101 }), 'config_dump')
  assert.ok(body.length > 100_000_000, `${body.length}`)
  assert.equal(body.at(-1), '}'.charCodeAt(0))

  const { hostname, port } = new URL(serverOf((await lab.kubectl('config', 'view', '--minify', '-o', 'json')).stdout))
  const sockets = new Set<Socket>()
  const between = createServer((client) => {
    let passed = 0
    const upstream = connectTcp(Number(port), hostname)
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => undefined))
    client.pipe(upstream).pipe(client)
    upstream.on('data', (bytes: Buffer) => {
      passed += bytes.length
      if (passed > 5_000_000) client.destroy()
    })
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    between.close()
  })
  await new Promise<void>((done) => between.listen(0, '127.0.0.1', done))
  const address = between.address() as AddressInfo
  const cut = open({ server: `https://127.0.0.1:${address.port}`, tlsServerName: hostname })
  const error = await failureOf(requiredBytes(cut.proxy(pod, { adminPort: 19101 }), 'config_dump'))
  assert.match(error.message, /was cut short after \d{6,} bytes \(the connection to the API server was lost\)$/)
})

function serverOf(config: string): string {
  const { clusters } = JSON.parse(config) as { clusters: { cluster: { server: string } }[] }
  return clusters[0]?.cluster.server ?? ''
}

test('users who may not: the words of the API and the rule that is missing', async () => {
  const { name } = await lab.pod('app=productpage')
  const ask = (flags: KubeFlags, target = name) =>
    failureOf(
      open(flags)
        .open(target)
        .then((proxy) => requiredBytes(proxy, dump)),
    )
  const nobody = await ask({ context: 'nobody' })
  assert.equal(
    nobody.message,
    `Error from server (Forbidden): pods "${name}" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "default"`,
  )
  assert.match(nobody.hint ?? '', /resources: \["pods"\]\n {2}verbs: \["get"\]/)
  const dev = await ask({ context: 'dev' }, 'deploy/productpage-v1')
  assert.match(dev.hint ?? '', /apiGroups: \["apps"\]\n {2}resources: \["deployments"\]\n {2}verbs: \["get"\]/)
  assert.deepEqual((await ask({ as: 'nobody' })).message, nobody.message)
  assert.equal((await ask({ context: 'wrong-token' })).message, 'You must be logged in to the server (Unauthorized)')
  assert.match((await ask({ context: 'wrong-ca' })).message, /x509: certificate signed by unknown authority$/)
  assert.match(
    (await ask({ context: 'down' })).message,
    /^The connection to the server \S+ was refused - did you specify/,
  )
  const listing = await failureOf(open({ context: 'dev' }).list({ namespace: 'default' }))
  assert.match(listing.hint ?? '', /resources: \["pods"\]\n {2}verbs: \["list"\]/)
})

test('users who may: by certificate, with port-forward only, with exec only', async () => {
  const { name } = await lab.pod('app=productpage')
  const expected = await text(requiredBytes(await open().open(name), dump))
  for (const context of ['cert', 'dev', 'execonly']) {
    notes.length = 0
    assert.equal(
      (await text(requiredBytes(await open({ context }).open(name), dump))).trimEnd(),
      expected.trimEnd(),
      context,
    )
    const note = `port-forward is forbidden; pod "${name}" is read through exec (pilot-agent)`
    assert.deepEqual(notes, context === 'execonly' ? [note] : [])
  }
  const forward = requiredBytes(await open({ context: 'execonly' }).open(name, { via: 'port-forward' }), dump)
  assert.match(
    (await failureOf(forward)).hint ?? '',
    /resources: \["pods\/portforward"\]\n {2}verbs: \["get", "create"\]/,
  )
  const exec = requiredBytes(await open({ context: 'dev' }).open(name, { via: 'exec' }), dump)
  assert.match((await failureOf(exec)).hint ?? '', /resources: \["pods\/exec"\]\n {2}verbs: \["get", "create"\]/)
})

test('an Envoy that is killed and comes back between two reads', async () => {
  const pod = await lab.pod('app=agent')
  const proxy = await open().open(pod.name)
  const before = await text(requiredBytes(proxy, 'server_info'))
  process.kill(await lab.envoyPid(pod), 'SIGKILL')
  for (const end = Date.now() + 60_000; ; ) {
    const error = await requiredBytes(proxy, 'ready').then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error instanceof AppError && /refused the connection to port 15000/.test(error.message)) break
    if (Date.now() > end) throw new Error('Envoy did not go', { cause: error })
  }
  await lab.sync()
  const again = await text(requiredBytes(proxy, 'server_info'))
  assert.equal(JSON.parse(again).version, JSON.parse(before).version)
})

test('200 reads in a row leave no socket behind', async () => {
  const cluster = open()
  const proxy = await cluster.open((await lab.pod('app=productpage')).name)
  await requiredBytes(proxy, 'ready')
  const descriptors = () => readdirSync('/proc/self/fd').length
  const atFirst = descriptors()
  for (let call = 0; call < 200; call++) assert.match(await text(requiredBytes(proxy, 'ready')), /LIVE/)
  cluster.close()
  for (const end = Date.now() + 20_000; descriptors() > atFirst && Date.now() < end; ) {
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.ok(descriptors() <= atFirst, `${descriptors()} descriptors, ${atFirst} before`)
})

test('an abort in the middle of a body', async () => {
  const controller = new AbortController()
  const cluster = open()
  const pod = await cluster.pod('deploy/odd-v1')
  const reading = requiredBytes(cluster.proxy(pod, { adminPort: 19106 }), 'config_dump', controller.signal)
  setTimeout(() => controller.abort(new Error('Ctrl-C')), 500)
  await assert.rejects(reading, /Ctrl-C/)
})
