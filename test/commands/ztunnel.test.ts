import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../run-program.ts'
import { smallDump } from '../ztunnel/small-dump.ts'
import { stdin } from './ztunnel/small-cluster.ts'

const tables: Readonly<Record<string, string>> = {
  workloads: `
NAMESPACE   POD NAME   ADDRESS            NODE     WAYPOINT   PROTOCOL
a           db         db.example.com     <none>   None       TCP
shop        web-1      10.1.0.5,fd00::5   node-1   waypoint   HBONE
shop        web-2      10.1.0.6           node-2   NA         HBONE
`,
  'workloads --workload-namespace SHOP --workload-node node-2': `
NAMESPACE   POD NAME   ADDRESS    NODE     WAYPOINT   PROTOCOL
shop        web-2      10.1.0.6   node-2   NA         HBONE
`,
  'w --address= --workload-node= --workload-namespace=a': `
NAMESPACE   POD NAME   ADDRESS          NODE     WAYPOINT   PROTOCOL
a           db         db.example.com   <none>   None       TCP
`,
  'w --address fd00::5': `
NAMESPACE   POD NAME   ADDRESS            NODE     WAYPOINT   PROTOCOL
shop        web-1      10.1.0.5,fd00::5   node-1   waypoint   HBONE
`,
  services: `
NAMESPACE   SERVICE NAME   SERVICE VIP          WAYPOINT   ENDPOINTS
shop        waypoint       10.96.0.9            None       0/0
shop        web            10.96.0.5,fd00::96   None       1/2
`,
  'policies -o wide': `
NAMESPACE   POLICY NAME   ACTION   SCOPE              RULES
shop        readers       Allow    WorkloadSelector   (principals cluster.local/ns/shop/sa/web or namespaces team-*) and (destination ports 80, 8080 and not source ips 10.2.0.0/16) | service accounts shop/admin
`,
  'certificates -o wide': `
CERTIFICATE NAME                        TYPE           STATUS        VALID CERT   SERIAL NUMBER   NOT AFTER              NOT BEFORE             REASON
spiffe://cluster.local/ns/shop/sa/web   Leaf           Available     true         ff              2026-01-02T00:00:00Z   2025-12-31T00:00:00Z   <none>
spiffe://cluster.local/ns/shop/sa/web   Intermediate   Available     false        10              2025-01-01T00:00:00Z   2024-01-01T00:00:00Z   <none>
spiffe://cluster.local/ns/shop/sa/web   Root           Available     true         1               2030-01-01T00:00:00Z   2020-01-01T00:00:00Z   <none>
spiffe://cluster.local/ns/shop/sa/db    NA             Unavailable   false        NA              NA                     NA                     signing failed
`,
  connections: `
WORKLOAD     DIRECTION   LOCAL             REMOTE            REMOTE TARGET                   PROTOCOL
web-1.shop   Inbound     web-1.shop:8080   web-2.shop:4000   web                             HBONE
web-1.shop   Outbound    web-1.shop:5000   10.7.7.7:15008    web.shop.svc.cluster.local:80   HBONE
`,
  'connections --raw --direction outbound': `
WORKLOAD     DIRECTION   LOCAL           REMOTE           REMOTE TARGET   PROTOCOL
web-1.shop   Outbound    10.1.0.5:5000   10.7.7.7:15008   [fd00::96]:80   HBONE
`,
}

for (const [args, table] of Object.entries(tables)) {
  test(`ztunnel ${args}`, async () => {
    const { out, err } = await runProgram(['ztunnel', ...args.split(' '), '--file', '-'], { stdin })
    assert.equal(`\n${out}`, table)
    assert.equal(err, '')
  })
}

test('a section as a map, and a list that istioctl printed, say the same', async () => {
  const asMap = { ...smallDump, workloads: Object.fromEntries(smallDump.workloads.map((entry) => [entry.uid, entry])) }
  const fromMap = await runProgram(['ztunnel', 'workloads', '-f', '-'], { stdin: JSON.stringify(asMap) })
  assert.equal(`\n${fromMap.out}`, tables.workloads)
  const list = JSON.stringify(Object.values(smallDump.workloadState))
  const fromList = await runProgram(['ztunnel', 'connections', '-f', '-', '--raw', '-o', 'name'], { stdin: list })
  assert.equal(fromList.out, 'connection/web-1.shop\n')
})

test('all: every part in one call, filters apply in json as well', async () => {
  const table = await runProgram(['ztunnel', 'all', '--with-headers', '-f', '-'], { stdin })
  assert.deepEqual(table.out.match(/^-+ .* -+$/gm), [
    '------ WORKLOAD INFO ------',
    '------ SERVICE INFO ------',
    '------ POLICY INFO ------',
    '------ SECRET INFO ------',
    '------ CONNECTIONS INFO ------',
  ])
  const lines = await runProgram(['ztunnel', 'all', '-o', 'jsonl', '-f', '-'], { stdin })
  const kinds = lines.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).kind)
  assert.deepEqual([...new Set(kinds)], ['workload', 'service', 'policy', 'certificate', 'connection'])
  const sorted = await runProgram(['ztunnel', 'all', '--sort-by', 'node', '-f', '-'], { stdin })
  assert.match(sorted.err, /^error: --sort-by sorts one table/)
  const argv = ['ztunnel', 'all', '-o', 'json', '--workload-namespace', 'a', '-f', '-']
  const { out } = await runProgram(argv, { stdin })
  const document = JSON.parse(out)
  assert.deepEqual(document.workloads, [smallDump.workloads[2]])
  assert.deepEqual(document.certificates, smallDump.certificates)
  assert.deepEqual(document.workloadState, [])
  // What is printed is a dump again.
  const whole = await runProgram(['ztunnel', 'all', '-o', 'json', '-f', '-'], { stdin })
  const again = await runProgram(['ztunnel', 'all', '--with-headers', '-f', '-'], { stdin: whole.out })
  assert.equal(again.out, table.out)
})

test('a flag of another kind is refused, not passed over', async () => {
  const said = async (...argv: string[]) => (await runProgram(['ztunnel', ...argv, '-f', '-'], { stdin })).err
  assert.match(await said('services', '--workload-node', 'n'), /--workload-node is for workloads, not for services/)
  assert.match(await said('w', '--level', 'debug'), /--level is for log, not for workloads/)
  assert.match(await said('all', '--reset'), /--reset is for log, not for all/)
  assert.match(await said('certs', '--raw'), /--raw is for connections, not for certificates/)
  assert.equal(await said('all', '--service-namespace', 'shop', '--raw'), '')
})

test('filters hold for documents too, and what is absent is null', async () => {
  const argv = ['ztunnel', 'connections', '--direction', 'outbound', '-o', 'json', '-f', '-']
  const [state] = JSON.parse((await runProgram(argv, { stdin })).out)
  assert.deepEqual(Object.keys(state.connections), ['outbound'])
  const rows = await runProgram(['ztunnel', 'workloads', '-o', 'jsonl', '-f', '-'], { stdin })
  assert.equal(JSON.parse(rows.out.split('\n')[0] ?? '').network, null)
})

test('a policy without a rule, and a rule without a condition', async () => {
  const policy = (name: string, rules: unknown[]) => ({ name, namespace: 'a', action: 'Allow', scope: 'Global', rules })
  const policies = [policy('none', []), policy('all', [[]])]
  const argv = ['ztunnel', 'policies', '-o', 'wide', '--no-headers', '-f', '-']
  const { out } = await runProgram(argv, { stdin: JSON.stringify({ policies }) })
  assert.match(out, /^a +all .*Global +anything\na +none .*Global +no rule: matches nothing\n$/)
})

test('what a dump has no section for is not told to be none', async () => {
  const { services: _, ...older } = smallDump
  const read = (...argv: string[]) => runProgram(['ztunnel', ...argv, '--file', '-'], { stdin: JSON.stringify(older) })
  const { code, out, err } = await read('services')
  assert.deepEqual({ code, out }, { code: 1, out: '' })
  assert.match(
    err,
    /^error: standard input has no services section; it holds: workloads, policies, certificates, workloadState$/m,
  )
  assert.match((await read('all')).err, /^standard input says nothing of services: it has no services section\.$/m)
  assert.match(
    (await read('workloads', '--address', '192.0.2.1')).err,
    /^No workloads found that match the filters in /,
  )
})

test('what is no ztunnel dump, and unknown kinds, are refused', async () => {
  const envoy = await runProgram(['ztunnel', 'services', '-f', '-'], { stdin: '{"configs":[]}' })
  assert.match(envoy.err, /^error: standard input is not a ztunnel dump: this is an Envoy config dump/)
  const certs = '{"certificates":[{"ca_cert":[],"cert_chain":[]}]}'
  const page = await runProgram(['ztunnel', 'certificates', '-f', '-'], { stdin: certs })
  assert.match(page.err, /^error: standard input is not a ztunnel dump: this is the output of \/certs/)
  assert.match((await runProgram(['ztunnel', 'routes'])).err, /unknown kind "routes": workloads, services/)
  assert.match((await runProgram(['ztunnel'])).err, /ztunnel needs a KIND/)
  const both = await runProgram(['ztunnel', 'services', 'pod', '--file', 'x'])
  assert.match(both.err, /only one of POD, --node, --file and --url/)
})

test('a serial number that is no number of 20 bytes stays as it is', async () => {
  const certificate = { serialNumber: '9'.repeat(3_000_000), validFrom: 'x', expirationTime: [] }
  const odd = { ...smallDump, certificates: [{ identity: 'a', state: 'Available', certChain: [certificate] }] }
  const { code, out } = await runProgram(['ztunnel', 'certificates', '--file', '-', '-o', 'csv'], {
    stdin: JSON.stringify(odd),
  })
  assert.equal(code, 0)
  assert.ok(out.includes('9'.repeat(3_000_000)))
})
