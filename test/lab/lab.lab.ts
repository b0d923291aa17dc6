import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { type Lab, type LabCase, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

async function serverState(selector: string, namespace = 'default'): Promise<string> {
  const info = JSON.parse(await lab.admin(await lab.pod(selector, namespace), 'server_info')) as { state: string }
  return info.state
}

/** The sections of a pod's config dump, by the last word of their type. */
async function sections(selector: string, namespace = 'default'): Promise<Record<string, Record<string, unknown[]>>> {
  const dump = JSON.parse(await lab.admin(await lab.pod(selector, namespace), 'config_dump')) as {
    configs: ({ '@type': string } & Record<string, unknown[]>)[]
  }
  return Object.fromEntries(dump.configs.map((config) => [config['@type'].split('.').at(-1) ?? '', config]))
}

/** Waits, at most a minute, until the check no longer throws. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (const end = Date.now() + 60_000; ; ) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  }
}

test('pods: controllers made them, and each is in the phase it is there for', async () => {
  const list = JSON.parse((await lab.kubectl('get', 'pods', '-A', '-o', 'json')).stdout) as {
    items: { metadata: { labels: { app: string }; ownerReferences: { kind: string }[] }; status: { phase: string } }[]
  }
  const phases = Object.groupBy(list.items, (pod) => pod.status.phase)
  const apps = (phase: string): string[] => (phases[phase] ?? []).map((pod) => pod.metadata.labels.app).sort()
  assert.deepEqual(apps('Pending'), ['pending'])
  assert.deepEqual(apps('Succeeded'), ['report'])
  assert.deepEqual(apps('Failed'), ['broken'])
  assert.equal(apps('Running').length, 20)
  const owners = new Set(list.items.map((pod) => pod.metadata.ownerReferences[0]?.kind))
  assert.deepEqual([...owners].sort(), ['DaemonSet', 'Job', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])
})

test('mTLS: a call from productpage to reviews names both workloads', async () => {
  const { netns } = await lab.pod('app=productpage')
  const { stdout } = await lab.exec(netns, ['curl', '-sS', '-m', '10', 'http://reviews:9080/x'])
  const answer = JSON.parse(stdout) as { pod: string; xfcc: string }
  assert.match(answer.pod, /^reviews-v[12]-/)
  assert.match(answer.xfcc, /By=spiffe:\/\/cluster\.local\/ns\/default\/sa\/reviews;/)
  assert.match(answer.xfcc, /URI=spiffe:\/\/cluster\.local\/ns\/default\/sa\/productpage/)
})

test('gateways: both kinds lead into the mesh', async () => {
  const get = async (selector: string, namespace: string, host: string, port: number): Promise<string> => {
    const { ip } = await lab.pod(selector, namespace)
    const { netns } = await lab.pod('app=legacy')
    return (await lab.exec(netns, ['curl', '-sS', '-m', '10', '-H', `Host: ${host}`, `http://${ip}:${port}/reviews`]))
      .stdout
  }
  assert.match(await get('app=istio-ingressgateway', 'istio-system', 'bookinfo.example.com', 8080), /"pod": "reviews-v/)
  const label = 'gateway.networking.k8s.io/gateway-name=bookinfo-gateway'
  assert.match(await get(label, 'default', 'bookinfo.gateway.test', 80), /"pod": "reviews-v/)
})

test('istiod: two replicas are ready and each has proxies of its own', async () => {
  const list = JSON.parse(
    (await lab.kubectl('get', 'pods', '-n', 'istio-system', '-l', 'app=istiod', '-o', 'json')).stdout,
  ) as { items: { metadata: { name: string } }[] }
  const proxies: string[][] = []
  for (const { metadata } of list.items) {
    const netns = `istio-system.${metadata.name}`
    assert.equal((await lab.exec(netns, ['curl', '-sf', 'localhost:8080/ready'])).code, 0)
    const { stdout } = await lab.exec(netns, ['curl', '-sf', 'localhost:15014/debug/syncz'])
    proxies.push((JSON.parse(stdout) as { proxy: string }[]).map(({ proxy }) => proxy))
  }
  assert.equal(proxies.length, 2)
  for (const own of proxies) assert.ok(own.length >= 5, `${own}`)
  const all = proxies.flat()
  assert.equal(new Set(all).size, all.length, 'no proxy is on both')
})

test('kubectl exec and istioctl reach a pod', async () => {
  const { name } = await lab.pod('app=productpage')
  const ready = await lab.kubectl('exec', name, '-c', 'istio-proxy', '--', 'pilot-agent', 'request', 'GET', 'ready')
  assert.match(ready.stdout, /LIVE/)
  const clusters = await lab.run(lab.istioctl, ['proxy-config', 'clusters', `${name}.default`])
  assert.equal(clusters.code, 0, clusters.stderr)
  assert.match(clusters.stdout, /reviews\.default\.svc\.cluster\.local +9080 +v1 +outbound/)
})

test('warming: ratings never gets past its clusters, slow never past its listeners', async () => {
  assert.equal(await serverState('app=ratings'), 'PRE_INITIALIZING')
  const ratings = await sections('app=ratings')
  assert.ok((ratings.ClustersConfigDump?.dynamic_warming_clusters ?? []).length > 10)
  assert.equal(await serverState('app=slow', 'warm'), 'INITIALIZING')
  const slow = await sections('app=slow', 'warm')
  const listeners = slow.ListenersConfigDump?.dynamic_listeners as { name: string; warming_state?: object }[]
  const warming = listeners.filter((listener) => listener.warming_state !== undefined).map(({ name }) => name)
  assert.deepEqual(warming.sort(), ['virtualInbound', 'virtualOutbound'])
})

test('nack: the listener it rejects stands in the dump with the reason', async () => {
  const nack = await sections('app=nack')
  const listeners = nack.ListenersConfigDump?.dynamic_listeners as { error_state?: { details: string } }[]
  const errors = listeners.flatMap(({ error_state }) => (error_state === undefined ? [] : [error_state.details]))
  assert.ok(errors.length > 0)
  for (const details of errors) assert.match(details, /lab\.unknown/)
})

test('offline and legacy: nothing answers on 15000', async () => {
  for (const selector of ['app=offline', 'app=legacy']) {
    const { netns } = await lab.pod(selector)
    const { code } = await lab.exec(netns, ['curl', '-s', 'localhost:15000/ready'])
    assert.equal(code, 7, 'curl: connection refused')
  }
})

test('other control planes: their Envoys answer on their own admin ports', async () => {
  assert.match(await lab.admin(await lab.pod('rc/catalog'), 'ready', 9901), /LIVE/)
  assert.match(await lab.admin(await lab.pod('deploy/envoy-edge', 'edge'), 'ready', 19000), /LIVE/)
})

interface SyncState {
  sent?: string
  acked?: string
  lastError?: string
}

/** What the istiods say of a proxy's clusters; undefined when none of them knows the proxy. */
async function clusterSync(selector: string): Promise<SyncState | undefined> {
  const pod = await lab.pod(selector)
  const istiods = await lab.kubectl('get', 'pods', '-n', 'istio-system', '-l', 'app=istiod', '-o', 'name')
  for (const name of istiods.stdout.trim().split('\n')) {
    const netns = `istio-system.${name.replace('pod/', '')}`
    const { stdout } = await lab.exec(netns, ['curl', '-s', '-m', '5', 'localhost:15014/debug/syncz'])
    const proxies = JSON.parse(stdout || '[]') as { proxy: string; resources?: Record<string, SyncState> }[]
    const found = proxies.find(({ proxy }) => proxy === `${pod.name}.${pod.namespace}`)
    if (found) return found.resources?.['type.googleapis.com/envoy.config.cluster.v3.Cluster']
  }
  return undefined
}

/** Makes a state for one test; it is unmade when the test ends, however it ends. */
async function withCase(t: TestContext, name: LabCase): Promise<void> {
  t.after(() => lab.removeCase(name))
  await lab.applyCase(name)
}

test('case stale: istiod has sent what a stopped Envoy has not taken', async (t) => {
  await withCase(t, 'stale')
  await eventually(async () => {
    const state = await clusterSync('app=details')
    assert.ok(state?.sent)
    assert.notEqual(state.sent, state.acked)
    assert.equal(state.lastError, undefined)
  })
})

test('case nack-cluster: istiod holds the reason why Envoy refused a cluster', async (t) => {
  await withCase(t, 'nack-cluster')
  await eventually(async () =>
    assert.match((await clusterSync('app=nack'))?.lastError ?? '', /lab_bad_cluster|not-an-ip/),
  )
})

test('case negative-timeout: istiod says SYNCED and would send -1s, Envoy holds 10s', async (t) => {
  await withCase(t, 'negative-timeout')
  const name = 'outbound|9080||details.default.svc.cluster.local'
  await eventually(async () => {
    const state = await clusterSync('app=carts')
    assert.equal(state?.sent, state?.acked)
    assert.equal(state?.lastError, undefined)
  })
  const clusters = (await sections('app=carts')).ClustersConfigDump?.dynamic_active_clusters as {
    cluster: { name: string; connect_timeout: string }
  }[]
  assert.equal(clusters.find(({ cluster }) => cluster.name === name)?.cluster.connect_timeout, '10s')
  assert.equal((await istiodClusters('app=carts')).get(name), '-1s')
})

/** Connect timeouts by cluster name, as istiod would send them to a pod. */
async function istiodClusters(selector: string): Promise<Map<string, string>> {
  const pod = await lab.pod(selector)
  const istiods = await lab.kubectl('get', 'pods', '-n', 'istio-system', '-l', 'app=istiod', '-o', 'name')
  for (const name of istiods.stdout.trim().split('\n')) {
    const netns = `istio-system.${name.replace('pod/', '')}`
    const url = `localhost:15014/debug/config_dump?proxyID=${pod.name}.${pod.namespace}`
    const answer = await lab.exec(netns, ['curl', '-sf', '-m', '10', url])
    if (answer.code !== 0) continue
    const { configs } = JSON.parse(answer.stdout) as {
      configs: { dynamicActiveClusters?: { cluster: { name: string; connectTimeout: string } }[] }[]
    }
    const clusters = configs.flatMap(({ dynamicActiveClusters }) => dynamicActiveClusters ?? [])
    return new Map(clusters.map(({ cluster }) => [cluster.name, cluster.connectTimeout]))
  }
  throw new Error(`no istiod holds ${pod.name}`)
}

test('case replica-down: the proxies of the second istiod are known to nobody', async (t) => {
  await withCase(t, 'replica-down')
  await eventually(async () => assert.equal(await clusterSync('app=carts'), undefined))
  assert.ok(await clusterSync('app=productpage'))
})

test('an Envoy that was killed runs again after sync', async () => {
  const pod = await lab.pod('app=agent')
  const killed = await lab.envoyPid(pod)
  process.kill(killed, 'SIGKILL')
  await eventually(async () => assert.rejects(lab.admin(pod, 'ready')))
  await lab.sync()
  assert.match(await lab.admin(pod, 'ready'), /LIVE/)
  assert.notEqual(await lab.envoyPid(pod), killed)
})
