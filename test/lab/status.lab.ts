import assert from 'node:assert/strict'
import { before, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Lab, type LabCase, type LabPod, type Output, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

interface Proxy {
  readonly name: string
  readonly status: string
  readonly istiod?: string
  readonly types: Readonly<Record<string, { status: string; error?: string }>>
}

const ours = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', 'status', ...args])

async function proxies(...args: string[]): Promise<Map<string, Proxy>> {
  const { code, stdout, stderr } = await ours('-o', 'json', ...args)
  assert.equal(code, 0, stderr)
  return new Map((JSON.parse(stdout) as Proxy[]).map((proxy) => [proxy.name, proxy]))
}

const nameOf = ({ name, namespace }: LabPod) => `${name}.${namespace}`

/** What istioctl says of the same, in the test's report. */
async function theirs(t: TestContext, ...args: string[]): Promise<Output> {
  const output = await lab.run(lab.istioctl, ['proxy-status', ...args])
  const text = `${output.stdout}${output.stderr}`.trim().split('\n').slice(0, 25).join('\n')
  t.diagnostic(`istioctl proxy-status ${args.join(' ')} (exit code ${output.code})\n${text}`)
  return output
}

/** Brings a state about for the time of the test. */
async function withCase(t: TestContext, name: LabCase): Promise<void> {
  t.after(() => lab.removeCase(name))
  await lab.applyCase(name)
}

async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(500)) {
    const found = await find()
    if (found !== undefined) return found
  }
  return assert.fail(`${what} did not come about`)
}

/** Waits until a proxy has this status in this type. */
function typeStatus(pod: LabPod, type: string, status: string) {
  return eventually(`${status} of ${type} in ${nameOf(pod)}`, async () => {
    const found = (await proxies('-n', pod.namespace)).get(nameOf(pod))
    return found?.types[type]?.status === status ? found.types[type] : undefined
  })
}

/** `SYNCED (3m)` without the age, by proxy and type. */
function cells(table: string, types: readonly string[]): Map<string, string[]> {
  const [header = '', ...rows] = table.trim().split('\n')
  const columns = header.split(/\s{2,}/)
  return new Map(
    rows.map((row) => {
      const parts = row.split(/\s{2,}/)
      return [parts[0] ?? '', types.map((type) => (parts[columns.indexOf(type)] ?? '').replace(/ \(.*/, ''))]
    }),
  )
}

const types = ['CDS', 'LDS', 'EDS', 'RDS', 'ECDS']

test('every cell is istioctl’s, from both replicas; who is not connected is shown as well', async (t) => {
  const [table, verbose] = await Promise.all([ours(), theirs(t, '-v', '1')])
  const [mine, expected] = [cells(table.stdout, types), cells(verbose.stdout, types)]
  assert.ok(expected.size > 10, verbose.stdout)
  for (const [name, row] of expected) assert.deepEqual(mine.get(name), row, name)
  const offline = nameOf(await lab.pod('app=offline'))
  assert.deepEqual(mine.get(offline), Array(5).fill('NOT CONNECTED'))
  assert.equal(expected.has(offline), false)
  const istiods = new Set([...(await proxies()).values()].flatMap(({ istiod }) => istiod ?? []))
  assert.equal(istiods.size, 2)
  assert.match(table.stderr, /^\d+ proxies: .*\d NOT CONNECTED/m)
})

test('over the secured xDS port it is the same', async () => {
  const [plain, secured] = await Promise.all([ours(), ours('--xds-port', '15012')])
  assert.ok(cells(secured.stdout, types).size > 10, secured.stderr)
  assert.deepEqual(cells(secured.stdout, types), cells(plain.stdout, types))
})

test('in sync: everything matches, on either replica', async (t) => {
  const pods = await Promise.all([lab.pod('app=productpage'), lab.pod('app=reviews,version=v2')])
  for (const { name } of pods) {
    const { code, stdout, stderr } = await ours(name, '--exit-code')
    const headings = stdout.trim().split('\n')
    assert.equal(code, 0, stdout + stderr)
    assert.equal(headings.length, 6)
    for (const heading of headings) assert.match(heading, /^[A-Z][a-z ]+ Match/)
    await theirs(t, name)
  }
})

test('listeners that Envoy refuses, with its reason', async (t) => {
  const pod = await lab.pod('app=nack')
  const table = await ours('-n', 'default', '--status', 'error')
  const diff = await ours(pod.name, '--exit-code')
  assert.match(table.stdout, new RegExp(`^${nameOf(pod)} .*ERROR`, 'm'))
  assert.match(table.stderr, /nack\S+: LDS rejected: .*lab\.unknown/)
  assert.equal(diff.code, 1)
  assert.match(diff.stdout, /^Listeners don't match$/m)
  assert.match(diff.stdout, /^ {2}- 0\.0\.0\.0_9080: only in the control plane$/m)
  assert.match(diff.stdout, /^ {2}! 0\.0\.0\.0_9080: rejected by Envoy: .*lab\.unknown/m)
  await theirs(t, pod.name)
})

test('a proxy that is not connected has nothing to compare', async (t) => {
  const pod = await lab.pod('app=offline')
  const { code, stdout, stderr } = await ours(pod.name)
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /no istiod knows the proxy of pod "offline/)
  await theirs(t, pod.name)
})

test('warming clusters, listeners and secrets', async (t) => {
  const [ratings, slow] = await Promise.all([lab.pod('app=ratings'), lab.pod('app=slow', 'warm')])
  const [clusters, listeners] = await Promise.all([ours(ratings.name), ours(`${slow.name}.warm`)])
  assert.match(clusters.stdout, /^ {2}! outbound\|9080\|\|reviews\.default\.svc\.cluster\.local: warming, not in use$/m)
  assert.match(listeners.stdout, /^ {2}! virtualInbound: warming, not in use$/m)
  assert.match(listeners.stdout, /^Secrets don't match\n(?: {2}.*\n)* {2}! ROOTCA: warming/m)
  await theirs(t, ratings.name)
})

test('stale: an Envoy that does not answer', async (t) => {
  const pod = await lab.pod('app=details')
  await withCase(t, 'stale')
  await typeStatus(pod, 'CDS', 'STALE')
  const { code, stdout } = await ours('--status', 'stale', '--exit-code')
  assert.equal(code, 1)
  assert.match(stdout, new RegExp(`^${nameOf(pod)} .*STALE \\(\\d`, 'm'))
  await theirs(t)
})

test('a cluster that Envoy refuses', async (t) => {
  const pod = await lab.pod('app=nack')
  await withCase(t, 'nack-cluster')
  const { error } = await typeStatus(pod, 'CDS', 'ERROR')
  assert.match(error ?? '', /not-an-ip/)
  const { stdout } = await ours(pod.name)
  assert.match(stdout, /^ {2}- lab_bad_cluster: only in the control plane$/m)
  await theirs(t, '-v', '1')
})

test('SYNCED, and yet Envoy holds something else', async (t) => {
  const pod = await lab.pod('sts/carts')
  await withCase(t, 'negative-timeout')
  await typeStatus(pod, 'CDS', 'SYNCED')
  const { code, stdout } = await ours(pod.name, '--exit-code')
  const unified = await ours(pod.name, '-o', 'unified')
  assert.equal(code, 1)
  assert.match(
    stdout,
    /^ {2}~ outbound\|9080\|\|details\.default\.svc\.cluster\.local\n {6}connect_timeout: "-1s" in the control plane, "10s" in Envoy$/m,
  )
  assert.match(unified.stdout, /^- +"connect_timeout": "-1s",\n\+ +"connect_timeout": "10s",$/m)
  await theirs(t, pod.name)
})

test('one replica down: the other’s proxies are shown', async (t) => {
  const down = (await lab.kubectl('get', 'pods', '-n', 'istio-system', '-l', 'app=istiod', '-o', 'name')).stdout
  const before = await proxies()
  await withCase(t, 'replica-down')
  const { code, stdout, stderr } = await ours()
  const [, silent = ''] =
    /^(istiod\S+) did not answer: pod ".*" refused the connection to port 15014$/m.exec(stderr) ?? []
  assert.equal(code, 1, 'the table is incomplete')
  assert.ok(down.includes(silent), stderr)
  const rest = [...before.values()].filter(({ istiod }) => istiod !== undefined && istiod !== silent)
  assert.ok(rest.length > 3)
  for (const { name } of rest) assert.match(stdout, new RegExp(`^${name} .*SYNCED`, 'm'))
  await theirs(t)
})

interface Dump {
  readonly configs: readonly Readonly<Record<string, unknown>>[]
}

/** The control plane's sections by type, without endpoints and versions, the resources of each in an order of their own. */
function sections({ configs }: Dump): Map<unknown, string[]> {
  const inOrder = (list: unknown) =>
    Array.isArray(list)
      ? list.map((item) => JSON.stringify(item, (key, value) => (key === 'versionInfo' ? undefined : value))).sort()
      : []
  return new Map(
    configs
      .filter((section) => !String(section['@type']).endsWith('EndpointsConfigDump'))
      .map((section) => [section['@type'], Object.values(section).flatMap(inOrder)]),
  )
}

test('an istiod without debug endpoints: over xDS it gives the same dump, and the difference is the same', async (t) => {
  const pods = await Promise.all([lab.pod('app=productpage'), lab.pod('app=reviews,version=v2')])
  const sent = async ({ name }: LabPod) => {
    const { stdout, stderr } = await ours(name, '-o', 'raw')
    return { stderr, sections: sections((JSON.parse(stdout) as { controlPlane: Dump }).controlPlane) }
  }
  // Listeners of an earlier test's objects drain for 45 s, and istiod sends their routes until then.
  for (const pod of pods)
    await eventually(`no listener of ${nameOf(pod)} that drains`, async () =>
      /: 0$/m.test(await lab.admin(pod, 'stats?filter=total_listeners_draining')) ? true : undefined,
    )
  const before = await Promise.all(pods.map(sent))
  await withCase(t, 'no-debug')
  let overXds = 0
  for (const [index, pod] of pods.entries()) {
    const diff = await eventually(`a connection of ${nameOf(pod)}`, async () => {
      const found = await ours(pod.name, '--exit-code')
      return found.code === 0 ? found : undefined
    })
    const after = await sent(pod)
    assert.match(diff.stdout, /^Clusters Match\nListeners Match\nRoutes Match.*\n/)
    assert.deepEqual(after.sections, before[index]?.sections)
    assert.ok([...after.sections.values()].flat().length > 30)
    if (!diff.stderr.includes('has no debug endpoints (ENABLE_DEBUG_ON_HTTP=false)')) continue
    overXds++
    assert.match(diff.stdout, /^Endpoints not compared/m)
    assert.doesNotMatch(diff.stderr, /not described/)
  }
  assert.equal(overXds, 1)
})

test('as a user who may list pods only next to istiod', async () => {
  const { code, stdout, stderr } = await ours('--context', 'ops')
  const diff = await ours('--context', 'ops', (await lab.pod('app=productpage')).name)
  assert.equal(code, 1, stderr)
  assert.match(stdout, /^productpage\S+\.staging .*SYNCED/m)
  assert.match(
    stderr,
    /^Pods may not be listed in default, .*: proxies there that are not connected cannot be listed\.$/m,
  )
  assert.match(diff.stdout, /^Clusters Match$/m)
})

test('as a user who may not see istiod', async () => {
  const { name } = await lab.pod('app=productpage')
  const [mesh, pod, nobody] = await Promise.all([
    ours('--context', 'dev'),
    ours('--context', 'dev', name),
    ours('--context', 'nobody', name),
  ])
  assert.equal(mesh.code, 1)
  assert.match(
    mesh.stderr,
    /cannot list resource "pods" .*"istio-system"\nMissing in a Role in namespace "istio-system"/,
  )
  assert.match(pod.stdout, new RegExp(`^${name}\\.default .*SYNCED`, 'm'))
  assert.match(pod.stderr, /^no control plane to compare with: .*istio-system/)
  const ratings = await lab.pod('app=ratings')
  const warming = await ours('--context', 'dev', ratings.name)
  assert.match(warming.stdout, new RegExp(`^${ratings.name}\\.default .*WARMING`, 'm'))
  assert.match(nobody.stderr, /Missing in a Role in namespace "default"/)
})

test('Envoys of others speak for themselves', async () => {
  const edge = await lab.pod('deploy/envoy-edge', 'edge')
  const { stdout, stderr } = await ours('-n', 'edge')
  const single = await ours(`${edge.name}.edge`)
  assert.match(stdout, /^envoy-edge\S+\.edge +\S+ +IGNORED/m)
  assert.match(stderr, /all its configuration is static/)
  assert.equal(single.stdout, stdout)
})
