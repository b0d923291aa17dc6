import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Lab, type LabCase, type LabPod, openLab } from '../lab.ts'
import { eventually, proxyConfig, statusFrom, withObjects } from '../outages/mesh-state.ts'

// Control planes that fail while proxies go on: a replica that hangs, one that is cut off from the API server, none left.

let lab: Lab
let productpage: LabPod
before(async () => {
  lab = await openLab()
  productpage = await lab.pod('app=productpage')
})

interface Proxy {
  readonly name: string
  readonly status: string
  readonly istiod?: string
  readonly types: Readonly<Record<string, { readonly sentTime?: string }>>
}

const status = (...args: string[]) => proxyConfig(lab, 'status', ...args)

/** Proxies that an istiod knows, by its name. */
async function byReplica(): Promise<Map<string, Proxy[]>> {
  const { code, stdout, stderr } = await status('-o', 'json')
  assert.equal(code, 0, stderr)
  const known = (JSON.parse(stdout) as Proxy[]).filter(({ istiod }) => istiod !== undefined)
  return Map.groupBy(known, ({ istiod = '' }) => istiod)
}

async function withCase(t: TestContext, name: LabCase): Promise<void> {
  t.after(() => lab.removeCase(name))
  await lab.applyCase(name)
}

/** An object that is sent to every proxy of its namespace. */
const change = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: lab-change, namespace: default}
spec:
  hosts: [change.example.internal]
  addresses: [10.97.7.7]
  ports: [{number: 8877, name: http, protocol: HTTP}]
  resolution: STATIC
  endpoints: [{address: 10.77.0.1, ports: {http: 18877}}]
`

const cutOff =
  /^(.*): (istiod\S+) last sent CDS or LDS \S+ ago, another replica \S+ ago: it may be cut off from the API server$/m

test('a replica that is cut off from the API server: its proxies are SYNCED with what is old, and a note says so', async (t) => {
  await withCase(t, 'replica-cut-off')
  await pause(Math.max(0, latest(await byReplica()) + 61_000 - Date.now()))
  await withObjects(t, lab, change)
  // The other replica takes a moment to send the change to its proxies.
  const [note, names = '', late = ''] = await eventually('a note of the replica', async () => {
    const { code, stderr } = await status()
    assert.equal(code, 0, stderr)
    return cutOff.exec(stderr) ?? undefined
  })
  assert.equal(late, await secondIstiod(), note)
  assert.match(names, /^\d proxies \(/)
})

test('a replica that hangs: its proxies are unknown, the others are shown', async (t) => {
  // What the test before this one removed is on its way to the proxies.
  const before = await eventually('an end of updates', async () => {
    const found = await byReplica()
    const isUnderWay = [...found.values()].flat().some(({ status }) => status === 'STALE')
    return found.size === 2 && !isUnderWay ? found : undefined
  })
  await withCase(t, 'replica-hangs')
  const { code, stdout, stderr } = await status('--request-timeout', '3s')
  assert.equal(code, 1, 'the table is incomplete')
  const [, silent = ''] = /^(istiod\S+) did not answer: /m.exec(stderr) ?? []
  assert.match(stderr, new RegExp(`^${silent} did not answer: .*within 3 s`, 'm'))
  for (const [istiod, proxies] of before) {
    assert.ok(proxies.length > 3)
    for (const { name, status } of proxies) {
      const expected = istiod === silent ? 'UNKNOWN' : status
      assert.match(stdout, new RegExp(`^${name.replaceAll('.', '\\.')} +\\S+ +.*${expected}`, 'm'))
    }
  }
  // One cause is one note.
  assert.equal(stderr.match(/may be connected to/g)?.length, 1, stderr)
  assert.match(stderr, new RegExp(`: may be connected to ${silent}, which did not answer$`, 'm'))
})

/** The replica that the cases make fail. */
async function secondIstiod(): Promise<string> {
  const { stdout } = await lab.kubectl('get', 'pods', '-n', 'istio-system', '-l', 'app=istiod', '-o', 'name')
  return stdout.trim().replaceAll('pod/', '').split('\n').toSorted()[1] ?? ''
}

/** When the last of the proxies was last sent clusters or listeners, in milliseconds since the epoch. */
function latest(proxies: ReadonlyMap<string, readonly Proxy[]>): number {
  const times = [...proxies.values()].flat().flatMap(({ types }) => [types.CDS?.sentTime, types.LDS?.sentTime])
  return Math.max(...times.map((time) => (time === undefined ? 0 : Date.parse(time))))
}

test('a control plane that died: no replica answers, proxies go on with what they have and say that they are cut off', async (t) => {
  await withCase(t, 'control-plane-down')
  const mesh = await status()
  assert.equal(mesh.code, 1)
  assert.equal(mesh.stdout, '')
  assert.match(mesh.stderr, /none of the 2 istiods answered/)
  assert.equal(mesh.stderr.match(/refused the connection to port 15014/g)?.length, 2, mesh.stderr)
  assert.match(mesh.stderr, /kubectl proxy-status POD/)
  assert.equal(await statusFrom(lab, productpage, 'http://details:9080/details/1'), '200')
  const own = await eventually('the end of its stream', async () => {
    const found = await status(productpage.name)
    return /NOT CONNECTED/.test(found.stderr) ? found : undefined
  })
  assert.equal(own.code, 1)
  assert.match(own.stderr, /no control plane to compare with: no istiod answered/)
  assert.match(own.stdout, new RegExp(`^${productpage.name}\\.default .*STALE \\(\\d`, 'm'))
})
