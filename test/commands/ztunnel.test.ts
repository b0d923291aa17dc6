import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFakeApiServer } from '../fetch/fake-api-server.ts'
import { podObject } from '../fetch/kube/pod-objects.ts'
import { runProgram } from '../run-program.ts'
import { smallDump } from '../ztunnel/small-dump.ts'
import { startFakeAdmin } from './fake-admin.ts'

const stdin = JSON.stringify(smallDump)

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

/** A cluster of two nodes with a ztunnel each, and a workload on node-2. */
async function cluster({ silent }: { silent?: string } = {}) {
  const answered: string[] = []
  const on = (node: string, pod: ReturnType<typeof podObject>) => ({ ...pod, spec: { ...pod.spec, nodeName: node } })
  const daemon = (name: string, node: string) => {
    const containers = [{ name: 'istio-proxy', image: 'docker.io/istio/ztunnel:1.29.0' }]
    const pod = on(node, podObject(name, { labels: { app: 'ztunnel' }, containers }))
    return { ...pod, metadata: { ...pod.metadata, namespace: 'istio-system' } }
  }
  const daemons = [daemon('ztunnel-aaaaa', 'node-1'), daemon('ztunnel-bbbbb', 'node-2')]
  const web = on('node-2', podObject('web-1', { containers: [{ name: 'app', image: 'app:1' }] }))
  const workload = { ...web, metadata: { ...web.metadata, namespace: 'shop' } }
  const objects: Record<string, object> = {
    '/apis/apps/v1/namespaces/istio-system/daemonsets/ztunnel': {
      metadata: { name: 'ztunnel' },
      spec: { selector: { matchLabels: { app: 'ztunnel' } } },
    },
    '/api/v1/namespaces/istio-system/pods': { items: daemons },
    '/api/v1/namespaces/istio-system/pods/ztunnel-aaaaa': daemons[0] ?? {},
    '/api/v1/namespaces/shop/pods/web-1': workload,
  }
  const server = await startFakeApiServer(
    {
      get: (path) => objects[path],
      portForward(upgrade, data) {
        const pod = /pods\/([^/]+)/.exec(upgrade.url.pathname)?.[1]
        const request = /^\w+ \S+/.exec(data.toString())?.[0]
        answered.push(`${pod} ${request}`)
        const body = request?.startsWith('POST /logging')
          ? `current log level is ${new URLSearchParams(request.split('?')[1]).get('level') ?? 'info'}\n`
          : stdin
        const status = pod === silent ? '500 Internal Server Error' : '200 OK'
        upgrade.send(0, `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
      },
    },
    { plain: true },
  )
  return { server, answered }
}

test('a workload pod stands for the ztunnel on its node, and for itself', async () => {
  const { server, answered } = await cluster()
  const { out, err } = await runProgram(['ztunnel', 'workloads', 'web-1.shop', '--server', server.url])
  await server.close()
  assert.equal(err, '')
  assert.deepEqual(answered, ['ztunnel-bbbbb GET /config_dump'])
  assert.deepEqual(out.trim().split('\n').length, 2)
  assert.match(out, /^shop +web-1 /m)
})

test('a node, a ztunnel, none', async () => {
  const { server, answered } = await cluster()
  const run = (...argv: string[]) => runProgram(['ztunnel', ...argv, '--server', server.url])
  await run('certs', '--node', 'node-2')
  await run('certs', 'ztunnel-aaaaa')
  await run('services')
  const several = await run('connections')
  const nowhere = await run('services', '--node', 'node-9')
  await server.close()
  assert.deepEqual(
    answered.map((line) => line.split(' ')[0]),
    ['ztunnel-bbbbb', 'ztunnel-aaaaa', 'ztunnel-aaaaa'],
  )
  assert.match(several.err, /^error: ztunnel pod name or --node must be set\n.*istio-system\/ztunnel-aaaaa, /)
  assert.match(nowhere.err, /no ztunnel pod runs on node "node-9"\nNodes with one: node-1, node-2/)
})

test('a cluster without a ztunnel: where it was looked for', async () => {
  const server = await startFakeApiServer({}, { plain: true })
  const { err } = await runProgram(['ztunnel', 'workloads', '-i', 'mesh', '--server', server.url])
  await server.close()
  assert.equal(
    err,
    `Error from server (NotFound): daemonsets "ztunnel" not found
Namespace mesh has none: without one this is no ambient mesh; --istio-namespace names another namespace.
`,
  )
})

test('log: every ztunnel, levels in ztunnel’s own words', async () => {
  const { server, answered } = await cluster()
  const argv = ['ztunnel', 'log', '--level', 'access:debug,ztunnel::proxy=critical,warning', '--server', server.url]
  const { out, err } = await runProgram([...argv, '-o', 'csv', '--no-headers'])
  await server.close()
  const set = 'POST /logging?level=access%3Ddebug%2Cztunnel%3A%3Aproxy%3Derror%2Cwarn'
  for (const pod of ['ztunnel-aaaaa', 'ztunnel-bbbbb']) assert.ok(answered.includes(`${pod} ${set}`), String(answered))
  assert.match(out, /^ztunnel-aaaaa\.istio-system,info,"access=debug,ztunnel::proxy=error,warn"\r?\n/)
  assert.match(err, /changing log levels of the running ztunnel/)
})

test('log: a ztunnel that does not answer hides no other', async () => {
  const { server } = await cluster({ silent: 'ztunnel-aaaaa' })
  const { code, out, err } = await runProgram(['ztunnel', 'log', '--server', server.url])
  await server.close()
  assert.equal(code, 1)
  assert.match(err, /^error: pod istio-system\/ztunnel-aaaaa: /m)
  assert.match(out, /^ztunnel-bbbbb\.istio-system +info$/m)
})

test('log --reset: with a level beside it where a ztunnel wants one', async () => {
  const admin = await startFakeAdmin((_method, path, query) => {
    if (path !== '/logging') return undefined
    if (query.has('reset') && !query.has('level')) return { status: 400, body: 'Invalid level provided' }
    return `current log level is ${query.get('level') ?? 'debug'}\n`
  })
  const { out } = await runProgram(['ztunnel', 'log', '--reset', '--url', admin.url, '-o', 'json'])
  await admin.close()
  assert.deepEqual(JSON.parse(out), { [admin.url]: 'info' })
  assert.deepEqual(admin.requests, ['POST /logging', 'POST /logging?reset', 'POST /logging?level=info&reset'])
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
