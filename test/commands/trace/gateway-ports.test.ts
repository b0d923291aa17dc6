import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { chain, filter, listener, staticCluster, typed } from '../../analyses/trace/dump-of.ts'
import { runProgram } from '../../run-program.ts'
import { meshPod, meshService, startMesh } from '../fake-mesh.ts'

const ports = [8443, 10443, 9443]
const text = JSON.stringify({
  configs: [
    typed('envoy.admin.v3.ListenersConfigDump', {
      static_listeners: ports.map((port) => ({
        listener: listener(`L${port}`, '0.0.0.0', port, { filter_chains: [chain(`c${port}`)] }),
      })),
    }),
    typed('envoy.admin.v3.ClustersConfigDump', {
      static_clusters: ports.map((port) => ({ cluster: staticCluster(`c${port}`, '1.1.1.1:1') })),
    }),
  ],
})

async function gateway(t: TestContext, ...targets: (readonly [number, number])[]) {
  const service = meshService('front', 'edge', 'gateway')
  const spec = { ...service.spec, ports: targets.map(([port, targetPort]) => ({ port, targetPort })) }
  const mesh = await startMesh({
    pods: [meshPod('gw', 'edge', { labels: { app: 'gateway' } })],
    services: [{ ...service, spec }, meshService('other', 'edge', 'other')],
    answer: (_pod, _port, path) => (path.startsWith('config_dump') ? text : '{}'),
  })
  t.after(() => mesh.close())
  return (...argv: string[]) => mesh.run('trace', 'gw.edge', ...argv)
}

test('the Services of a gateway say where a port leads', async (t) => {
  const run = await gateway(t, [443, 9443], [80, 8080])
  const { out, err, code } = await run('tcp://shop.example:443')
  assert.equal(code, 0)
  assert.match(out, /listener +L9443/)
  assert.doesNotMatch(out, /L8443|L10443/)
  assert.match(err, /port 443 leads to port 9443 \(Service front\) of the proxy/)
})

test('what no Service has is traced at each port, as from a file', async (t) => {
  const run = await gateway(t, [80, 8080])
  const { out, err } = await run('tcp://shop.example:443')
  assert.match(out, /listener +L8443.*Or, at port 10443:.*listener +L10443/s)
  assert.match(err, /leads to 8443 or 10443: each is traced, --target-port says which/)
  const said = await run('tcp://shop.example:443', '--target-port', '10443')
  assert.match(said.out, /listener +L10443/)
  assert.doesNotMatch(said.out, /L8443/)
})

test('from a file each port is followed, and cases have to hold at all', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ports-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'dump.json')
  writeFileSync(file, text)
  const { out } = await runProgram(['trace', '--file', file, 'tcp://shop.example:443', '-o', 'json'])
  const documents = JSON.parse(out)
  assert.deepEqual(
    documents.map((one: { request: { destination: { port: number } } }) => one.request.destination.port),
    [8443, 10443],
  )
  const cases = join(folder, 'cases.json')
  const expected = (cluster: string, request: object) => [{ request, expect: { cluster } }]
  const url = 'tcp://shop.example:443'
  writeFileSync(cases, JSON.stringify(expected('c8443', { url })))
  assert.equal((await runProgram(['trace', '--file', file, '--requests', cases])).code, 1)
  writeFileSync(cases, JSON.stringify(expected('c8443', { url, target_port: 8443 })))
  assert.equal((await runProgram(['trace', '--file', file, '--requests', cases])).code, 0)
  writeFileSync(cases, JSON.stringify(expected('c8443', { url, targetPort: 8443 })))
  assert.match((await runProgram(['trace', '--file', file, '--requests', cases])).out, /unknown field targetPort/)
})

test('authz asks at each port that it can be', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ports-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'dump.json')
  writeFileSync(file, text)
  const run = (...argv: string[]) => runProgram(['authz', '--file', file, '--request', 'tcp', '--port', '443', ...argv])
  const each = await run()
  assert.match(
    each.err,
    /port 443; taken as a Service port that leads to 8443 or 10443: each is traced, --target-port says/,
  )
  assert.match(each.out, /^RESULT .* allowed /m)
  assert.equal((await run('--target-port', '10443')).code, 0)
})

test('the flags of the redirect', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'redirect-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'dump.json')
  const originalDst = filter('od', 'envoy.extensions.filters.listener.original_dst.v3.OriginalDst')
  const capturing = listener('captured', '0.0.0.0', 15001, {
    listener_filters: [originalDst],
    filter_chains: [chain('c')],
  })
  const other = listener('other', '0.0.0.0', 15006, { filter_chains: [chain('c')] })
  const web = listener('web', '0.0.0.0', 80, { filter_chains: [chain('c')] })
  const listeners = typed('envoy.admin.v3.ListenersConfigDump', {
    static_listeners: [capturing, other, web].map((one) => ({ listener: one })),
  })
  writeFileSync(file, JSON.stringify({ configs: [listeners] }))
  const run = (...argv: string[]) => runProgram(['trace', '--file', file, 'tcp://10.1.1.1:80', ...argv])
  assert.match((await run()).out, /listener +captured/)
  assert.match((await run('--redirected=false', '--address', '10.0.0.5')).out, /listener +web/)
  assert.match((await run('--capture-port', '15006')).out, /listener +other/)
  assert.match((await run('--capture-port', '70000')).err, /must be in the range 1\.\.65535/)
})
