import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { asIstioctl, headers, rowDifferences, tableRows } from '../conformance/istioctl-rows.ts'
import { type Lab, openLab } from './lab.ts'

let lab: Lab
before(async () => {
  lab = await openLab()
})

const run = (...args: string[]) => lab.run(process.execPath, ['src/main.ts', ...args])
const istioctl = (...args: string[]) => lab.run(lab.istioctl, ['proxy-config', ...args])

/** Kind, label and namespace of pods that hold different secrets. */
const pods = [
  ['app=productpage', 'default'],
  ['istio=ingressgateway', 'istio-system'],
  ['app=ratings', 'default'],
] as const

test('secrets are istioctl’s, cell by cell', async () => {
  for (const [selector, namespace] of pods) {
    const { name } = await lab.pod(selector, namespace)
    const [ours, theirs] = await Promise.all([
      run('secrets', name, '-n', namespace),
      istioctl('secret', `${name}.${namespace}`),
    ])
    assert.equal(ours.code, 0, ours.stderr)
    const expected = tableRows(theirs.stdout, headers.secrets)
    assert.ok(expected.length > 0)
    assert.deepEqual(
      rowDifferences(
        expected,
        tableRows(ours.stdout).map((row) => asIstioctl(row, 'secrets')),
        'secrets',
      ),
      [],
      name,
    )
  }
})

test('extensions are istioctl’s, as table and as JSON', async () => {
  const { name } = await lab.pod('app=reviews,version=v1')
  const [ours, theirs, json, theirJson] = await Promise.all([
    run('ecds', name),
    istioctl('ecds', name),
    run('ecds', name, '-o', 'json'),
    istioctl('ecds', name, '-o', 'json'),
  ])
  assert.deepEqual(rowDifferences(tableRows(theirs.stdout, headers.ecds), tableRows(ours.stdout), 'ecds'), [])
  assert.deepEqual(JSON.parse(json.stdout), JSON.parse(theirJson.stdout))
})

test('the workload certificate is verified by the root of the mesh', async () => {
  const { stdout } = await run('secrets', 'deploy/productpage-v1', '-o', 'csv')
  assert.match(stdout, /^[^,]+,default,Cert Chain,ACTIVE,true,\w{32},.*,cluster\.local,verified by ROOTCA,/m)
  assert.match(stdout, /URI:spiffe:\/\/cluster\.local\/ns\/default\/sa\//)
})

test('certs of all namespaces, what expires first on top', async () => {
  const { code, stdout, stderr } = await run('certs', '-A', '-o', 'jsonl')
  assert.equal(code, 1, 'a proxy that does not run could not be read')
  assert.match(stderr, /^error: pod default\/offline-v1-\S+: .*refused the connection/m)
  const rows = stdout
    .trim()
    .split('\n')
    .map((line): { proxy: string; notAfter: string; resourceName: string } => JSON.parse(line))
  const dates = rows.map(({ notAfter }) => notAfter)
  assert.deepEqual(dates, dates.toSorted())
  const namespaces = new Set(rows.map(({ proxy }) => proxy.split('.').at(-1)))
  for (const namespace of ['default', 'istio-system', 'staging']) assert.ok(namespaces.has(namespace), namespace)
})

test('certs of a selector, with an exit code for what is due', async () => {
  const reviews = ['certs', '-l', 'app=reviews']
  // Workload certificates of the lab live for a day.
  const [due, notDue] = await Promise.all([
    run(...reviews, '--within', '25h', '--exit-code'),
    run(...reviews, '--within', '1m', '--exit-code'),
  ])
  assert.equal(due.code, 1)
  assert.equal(due.stdout.match(/^reviews-v\d-\S+\.default +default +Cert Chain +in /gm)?.length, 2, due.stdout)
  assert.deepEqual([notDue.code, notDue.stdout], [0, ''])
})

test('all has every kind from one fetch, and its JSON is a dump', async () => {
  const { name } = await lab.pod('istio=ingressgateway', 'istio-system')
  const { code, stdout, stderr } = await run('all', name, '-n', 'istio-system', '--with-headers')
  assert.equal(code, 0, stderr)
  for (const kind of ['BOOTSTRAP', 'CLUSTER', 'LISTENER', 'ROUTE', 'SECRET', 'ENDPOINTS']) {
    assert.match(stdout, new RegExp(`^------ ${kind} INFO ------$`, 'm'))
  }
  const json = await run('all', name, '-n', 'istio-system', '--fqdn', 'reviews', '-o', 'json')
  const { configs } = JSON.parse(json.stdout) as { configs: Record<string, unknown>[] }
  const clusters = configs.find((config) => String(config['@type']).endsWith('.ClustersConfigDump'))
  const active = clusters?.dynamicActiveClusters as { cluster: { name: string } }[]
  assert.ok(active.length > 0)
  for (const { cluster } of active) assert.match(cluster.name, /reviews/)
})

test('a warming proxy shows what it has, where istioctl stops at the first missing section', async () => {
  const { name } = await lab.pod('app=slow', 'warm')
  const [ours, theirs] = await Promise.all([run('all', name, '-n', 'warm'), istioctl('all', `${name}.warm`)])
  assert.equal(theirs.code, 1)
  assert.equal(ours.code, 0, ours.stderr)
  assert.match(ours.stdout, /^default +<none> +WARMING +false +<none>/m)
})

test('pods of the mesh trust each other; one that has no certificate yet is named', async () => {
  const trusted = await run('rootca-compare', 'deploy/productpage-v1', 'deploy/reviews-v1', 'deploy/details-v1')
  assert.equal(trusted.code, 0, trusted.stderr)
  assert.equal(trusted.stdout.match(/ true +the same root: O=cluster\.local, serial \w{32}$/gm)?.length, 3)
  const warming = await run('rootca-compare', 'deploy/productpage-v1', 'deploy/ratings-v1')
  assert.equal(warming.code, 1)
  assert.match(warming.stdout, / false +ratings-v1-\S+\.default has no certificate with a SPIFFE ID/)
})
