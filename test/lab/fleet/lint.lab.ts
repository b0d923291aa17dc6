import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Lab, openLab } from '../lab.ts'
import { eventually, proxyConfig } from '../outages/mesh-state.ts'

// Rules over several proxies and beside the API server: nothing in the healthy mesh, and in an outage what it did, to whom it did it.

let lab: Lab
before(async () => {
  lab = await openLab()
})

interface Finding {
  readonly rule: string
  readonly message: string
  readonly proxyNames: string
}

async function found(): Promise<{ readonly findings: readonly Finding[]; readonly stderr: string }> {
  const { stdout, stderr } = await proxyConfig(lab, 'lint', '-A', '--profile', 'fleet', '-o', 'jsonl')
  const findings = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Finding => JSON.parse(line))
  return { findings, stderr }
}

/** What is found once nothing is: what an earlier test has changed takes a moment to get to every proxy. */
function whole() {
  return eventually('a mesh without findings', async () => {
    const read = await found()
    return read.findings.length === 0 ? read : undefined
  })
}

test('the healthy mesh has no finding of several proxies', async () => {
  const { stderr } = await whole()
  assert.match(stderr, /No findings: \d+ rules checked in 15 proxies\./)
  assert.doesNotMatch(stderr, /not decided/)
  // Pods without an Envoy that answers.
  const unread = Array.from(stderr.matchAll(/^error: pod default\/(\w+)-/gm), ([, app]) => app)
  assert.deepEqual(unread.toSorted(), ['odd', 'offline'])
})

/** The Service details gets other pods. */
async function select(app: string): Promise<void> {
  const patch = JSON.stringify({ spec: { selector: { app } } })
  const { code, stderr } = await lab.kubectl('patch', 'service', 'details', '-n', 'default', '-p', patch)
  assert.equal(code, 0, stderr)
}

/** Endpoints of the Service details in the proxy of a pod. */
async function detailsIn(pod: string): Promise<string> {
  const cluster = 'outbound|9080||details.default.svc.cluster.local'
  return (await proxyConfig(lab, 'endpoints', pod, '--cluster', cluster, '--no-headers')).stdout
}

test('a replica of istiod that hangs while the endpoints of a Service change: its proxies, and no others', async (t) => {
  const [page, details, carts] = await Promise.all([
    lab.pod('app=productpage'),
    lab.pod('app=details'),
    lab.pod('sts/carts'),
  ])
  t.after(async () => {
    await select('details')
    await lab.removeCase('replica-hangs')
    await whole()
  })
  const { stdout } = await proxyConfig(lab, 'status', '-o', 'json')
  const proxies = JSON.parse(stdout) as { name: string; istiod?: string }[]
  await lab.applyCase('replica-hangs')
  await select('carts')
  await eventually('the new endpoint', async () => ((await detailsIn(page.name)).includes(carts.ip) ? true : undefined))

  const { findings } = await found()
  t.diagnostic(findings.map(({ rule, message, proxyNames }) => `${rule}: ${message} (${proxyNames})`).join('\n'))
  const first = proxies.find(({ name }) => name === `${page.name}.default`)?.istiod
  const late = proxies.filter(({ istiod }) => istiod !== undefined && istiod !== first).map(({ name }) => name)
  assert.ok(late.length > 3, stdout)
  assert.deepEqual(new Set(findings.map(({ rule }) => rule)), new Set(['missing-endpoint', 'stale-endpoint']))
  for (const { rule, message, proxyNames } of findings) {
    assert.match(message, /Service default\/details|details\.default/)
    assert.ok(message.includes(rule === 'missing-endpoint' ? carts.ip : details.ip), message)
    const names = proxyNames.split(/[, ]+/)
    assert.ok(names.length > 1, proxyNames)
    for (const name of names) assert.ok(late.includes(name), `${name} is not sent to by the replica that hangs`)
  }
})
