import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { corpus, hasCorpus } from '../conformance/corpus.ts'
import { type Lab, type LabPod, openLab } from './lab.ts'
import { eventually, statusFrom } from './outages/mesh-state.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const authz = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', 'authz', ...args])

const rows = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/).slice(0, 3).join(' '))

test('the policies are those of istioctl x authz check', async (t) => {
  if (!hasCorpus(t)) return
  const files = ['configdump.yaml', 'configdump@f9ea9ae5.yaml'].map((name) =>
    join(corpus, 'dumps/istio+istio', `istioctl__pkg__authz__testdata__${name}`),
  )
  let compared = 0
  for (const file of [...files, 'test/fixtures/authz/config_dump.json', 'test/fixtures/tcp/config_dump.json']) {
    const [ours, theirs] = await Promise.all([
      authz('--file', file),
      lab.run(lab.istioctl, ['experimental', 'authz', 'check', '--file', file]),
    ])
    const own = rows(ours.stdout)
    // istioctl also counts filters that only have shadow rules or a matcher as one that matches nothing.
    const falsely = file.includes('/authz/config_dump') ? ['ALLOW _anonymous_match_nothing_ 1'] : []
    for (const row of rows(theirs.stdout)) {
      compared++
      assert.ok(own.includes(row) || falsely.includes(row), `${file}: ${row}\n${ours.stdout}`)
    }
  }
  assert.ok(compared >= 12, String(compared))
})

const manifest = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: lab-readers, namespace: default}
spec:
  selector: {matchLabels: {app: details}}
  action: ALLOW
  rules:
  - from: [{source: {principals: [cluster.local/ns/default/sa/productpage]}}]
    to: [{operation: {methods: [GET], paths: [/details/*]}}]
  - to: [{operation: {paths: [/open]}}]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: lab-secret, namespace: default}
spec:
  selector: {matchLabels: {app: details}}
  action: DENY
  rules:
  - to: [{operation: {paths: [/details/secret*]}}]
    from: [{source: {notNamespaces: [staging]}}]
`

const remove = () =>
  lab.kubectl('delete', 'authorizationpolicy', '-n', 'default', 'lab-readers', 'lab-secret', '--ignore-not-found')
after(remove)

test('what a live proxy does with a request is what was said before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'authz-'))
  const path = join(folder, 'policies.yaml')
  writeFileSync(path, manifest)
  const applied = await lab.kubectl('apply', '-f', path)
  rmSync(folder, { recursive: true })
  assert.equal(applied.code, 0, applied.stderr)
  const details = await lab.pod('app=details')
  const inMesh = await lab.pod('app=productpage')
  const outside = await lab.pod('app=legacy')
  await loaded(details)
  const service = (await lab.kubectl('get', 'service', 'details', '-o', 'jsonpath={.spec.clusterIP}')).stdout
  // A connection of the client's pool from before keeps the filter chain from before, until that is drained.
  await eventually('the new filter chain', async () =>
    (await statusFrom(lab, inMesh, `http://${service}:9080/other`)) === '403' ? true : undefined,
  )

  const principal = ['--principal', 'cluster.local/ns/default/sa/productpage']
  const cases: readonly [LabPod, string[], string, string][] = [
    [inMesh, principal, 'GET', '/details/1'],
    [inMesh, principal, 'POST', '/details/1'],
    [inMesh, principal, 'GET', '/details/secret/1'],
    [inMesh, principal, 'GET', '/other'],
    [inMesh, principal, 'GET', '/open'],
    [outside, [], 'GET', '/details/1'],
    [outside, [], 'GET', '/open'],
    [outside, [], 'GET', '/details/secret'],
  ]
  const seen = new Set<string>()
  for (const [client, identity, method, target] of cases) {
    // A pod without a sidecar has no kube-proxy either: it calls the pod.
    const host = client === outside ? details.ip : service
    const url = `http://${host}:9080${target}`
    const sent = await lab.exec(client.netns, ['curl', '-s', '-m', '10', '-X', method, '-w', '\n%{http_code}', url])
    const status = sent.stdout.trim().split('\n').at(-1)
    const request = ['--request', `${method} ${target}`, '--port', '9080', '--source', client.ip]
    const said = await authz(details.name, ...request, ...identity, '-o', 'json')
    const { verdict, policy } = JSON.parse(said.stdout) as { verdict: string; policy?: string }
    seen.add(`${verdict} ${policy}`)
    const label = `${client.name} ${method} ${target}: ${status} ${sent.stdout}, ${said.stdout}`
    assert.equal(verdict, status === '403' ? 'denied' : 'allowed', label)
    assert.equal(said.code, status === '403' ? 1 : 0, label)
  }
  assert.deepEqual([...seen].toSorted(), [
    'allowed lab-readers.default',
    'denied lab-secret.default',
    'denied undefined',
  ])
  const listed = await authz(details.name)
  assert.match(listed.stdout, /^ALLOW +lab-readers\.default +2 /m)
  assert.match(listed.stdout, /^DENY +lab-secret\.default +1 /m)
  await remove()
})

/** Waits until the proxy has the policies. */
async function loaded(pod: LabPod): Promise<void> {
  await eventually('the policies', async () => {
    const { stdout } = await authz(pod.name)
    return stdout.includes('lab-readers.default') && stdout.includes('lab-secret.default') ? true : undefined
  })
}
