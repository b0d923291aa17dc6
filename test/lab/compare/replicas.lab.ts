import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Lab, type Output, openLab } from '../lab.ts'
import { startWatching } from './watching.ts'

// One of three replicas hangs on a replica of istiod that is stopped, while a VirtualService changes: what diff, watch and wait say.

const scaled = [
  ['default', 'deploy/productpage-v1', 1, 2],
  ['default', 'deploy/reviews-v1', 1, 2],
  ['default', 'deploy/reviews-v2', 1, 2],
  ['default', 'deploy/details-v1', 1, 2],
  ['default', 'deploy/bookinfo-gateway-istio', 1, 2],
  ['default', 'sts/carts', 1, 2],
  ['staging', 'deploy/productpage-v1', 1, 2],
  ['istio-system', 'deploy/istio-ingressgateway', 1, 3],
] as const

const gateway = ['deploy/istio-ingressgateway', '-n', 'istio-system'] as const
let lab: Lab
/** The gateway's pods; the last one is sent its configuration by the second istiod. */
let gateways: string[] = []

const ours = (...args: string[]): Promise<Output> => lab.run(process.execPath, ['src/main.ts', ...args])

async function scale(to: (one: number, several: number) => number): Promise<void> {
  for (const [namespace, workload, one, several] of scaled)
    await kubectl('scale', workload, '-n', namespace, `--replicas=${to(one, several)}`)
  const wanted = scaled.reduce((sum, [, , one, several]) => sum + to(one, several), 0)
  for (;;) {
    const counts = await Promise.all(
      scaled.map(async ([namespace, workload]) =>
        Number((await kubectl('get', workload, '-n', namespace, '-o', 'jsonpath={.status.readyReplicas}')) || 0),
      ),
    )
    if (counts.reduce((sum, count) => sum + count, 0) === wanted) return
    await sleep(500)
  }
}

async function kubectl(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.kubectl(...args)
  assert.equal(code, 0, stderr)
  return stdout
}

async function gatewayPods(): Promise<string[]> {
  const names = await kubectl('get', 'pods', '-n', 'istio-system', '-l', 'istio=ingressgateway', '-o', 'name')
  return names.trim().split('\n').sort()
}

before(async () => {
  lab = await openLab()
  const running = await gatewayPods()
  await scale((_, several) => several)
  // A pod that runs already would keep to its istiod for half a minute.
  const isNew = (name: string) => !running.includes(name)
  const pods = (await gatewayPods()).sort((a, b) => Number(isNew(a)) - Number(isNew(b)))
  gateways = pods.map((name) => name.replace('pod/', ''))
  const goesFirst = 'controller.kubernetes.io/pod-deletion-cost=-1'
  await kubectl('annotate', pods.at(-1) ?? '', '-n', 'istio-system', 'lab/istiod=b', goesFirst, '--overwrite')
  await lab.sync()
})

after(async () => {
  await scale((one) => one)
  await lab.sync()
})

test('replicas of every workload do not differ', async () => {
  for (const [namespace, workload] of scaled) {
    const { code, stdout, stderr } = await ours('diff', workload, '-n', namespace)
    assert.deepEqual([workload, code, stdout], [workload, 0, ''], stderr)
    assert.match(stderr, /^Differences that come of the pod or its Envoy are left out: .*pod in \d+ resource/m)
  }
})

test('one replica of three does not get a change: diff names the virtual host, watch the two that have it, wait the third', async (t) => {
  const late = gateways.at(-1) ?? ''
  const others = gateways.slice(0, -1)
  await lab.applyCase('replica-hangs')
  const undo = async () => {
    await lab.removeCase('replica-hangs')
    await change('remove')
  }
  let undone = false
  try {
    const watched = startWatching(lab, 'watch', ...gateway, '--interval', '500ms', '--events', '12', '--for', '90s')
    await watched.until(/^Watching 3 proxies\./m)
    await change('add')
    for (const name of others)
      await watched.until(new RegExp(`${name}\\.istio-system  routes http\\.8080  virtual host bookinfo.*7s`))
    await watched.until(/virtualservice\/bookinfo\.default/)
    const events = await watched.stop()
    t.diagnostic(events.stdout)
    assert.doesNotMatch(events.stdout, new RegExp(late))

    const found = await ours('diff', ...gateway)
    t.diagnostic(found.stdout)
    assert.equal(found.code, 1)
    assert.match(found.stdout, new RegExp(`^1 of 3: ${late}\\.istio-system\n2 of 3: `))
    assert.match(found.stdout, /~ http\.8080\n {6}virtual host bookinfo\.example\.com:80, route .*timeout 7s -> 0s/)
    assert.match(found.stdout, /\(virtualservice\/bookinfo\.default\)/)

    const waited = await wait('20s')
    t.diagnostic(waited.stdout)
    assert.equal(waited.code, 1)
    assert.deepEqual(met(waited), new Map([...others.map((name) => [name, true] as const), [late, false]]))
    assert.match(waited.stdout, new RegExp(`${late}.*an earlier generation is loaded`))

    await lab.removeCase('replica-hangs')
    undone = true
    const again = await wait('60s')
    t.diagnostic(again.stdout)
    assert.equal(again.code, 0, again.stdout)
  } finally {
    if (undone) await change('remove')
    else await undo()
  }
})

const wait = (timeout: string) =>
  ours('wait', ...gateway, '--for', 'delivered=VirtualService/bookinfo.default', '--timeout', timeout, '-o', 'jsonl')

function met({ stdout }: Output): Map<string, unknown> {
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  return new Map(rows.map(({ proxy, met: isMet }) => [String(proxy).replace('.istio-system', ''), isMet]))
}

/** The VirtualService gets a time-out of 7 s, or loses it. */
async function change(op: 'add' | 'remove'): Promise<void> {
  const patch = [{ op, path: '/spec/http/0/timeout', ...(op === 'add' ? { value: '7s' } : {}) }]
  await kubectl('patch', 'virtualservice', 'bookinfo', '-n', 'default', '--type=json', '-p', JSON.stringify(patch))
}
