import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { controlPlanes } from '../../src/envoy/control-plane/index.ts'
import { rules } from '../../src/lint/rules/index.ts'
import { httpManager, listener, staticCluster, typed } from '../analyses/trace/dump-of.ts'
import { runProgram } from '../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'proxy-config-fix-'))
after(() => rmSync(folder, { recursive: true }))

/** A proxy that injects faults, with a cluster that is called as a control plane calls its own. */
function faulty(cluster: string): string {
  const file = join(folder, `${cluster.replaceAll(/[^a-z]/gi, '_')}.json`)
  const fault = {
    name: 'fault',
    typed_config: typed('envoy.extensions.filters.http.fault.v3.HTTPFault', {
      abort: { http_status: 503, percentage: { numerator: 10 } },
    }),
  }
  const routes = [{ match: { prefix: '/' }, route: { cluster } }]
  const manager = httpManager({
    http_filters: [fault],
    route_config: { virtual_hosts: [{ name: 'v', domains: ['*'], routes }] },
  })
  const web = listener('web', '0.0.0.0', 80, { filter_chains: [{ filters: [manager] }] })
  const section = (message: string, fields: object) => ({
    '@type': `type.googleapis.com/envoy.admin.v3.${message}`,
    ...fields,
  })
  const configs = [
    section('ClustersConfigDump', { static_clusters: [{ cluster: staticCluster(cluster, '10.0.0.1:80') }] }),
    section('ListenersConfigDump', { static_listeners: [{ listener: web }] }),
  ]
  writeFileSync(file, JSON.stringify({ configs }))
  return file
}

async function fixOf(...files: readonly string[]): Promise<string> {
  const asked = files.flatMap((file) => ['--file', file])
  const { out } = await runProgram(['lint', ...asked, '--rule', 'fault-injection-left-on', '-o', 'json'])
  const found: { fix: string }[] = JSON.parse(out)
  assert.equal(found.length, 1)
  return found[0]?.fix ?? ''
}

const [istio, kuma, plain] = [faulty('outbound|80||a.shop.svc'), faulty('kri_msvc_default_east_shop_a_80'), faulty('a')]

test('a fix has the words of the control plane of the proxy, and of no other', async () => {
  const text = 'Take the fault out of the route or policy.'
  assert.equal(await fixOf(plain), text)
  assert.equal(await fixOf(istio), `${text} Istio: http.fault of the VirtualService.`)
  assert.match(await fixOf(kuma), /^Take the fault out of the route or policy\. Kuma: MeshFaultInjection/)
  const both = await fixOf(istio, kuma)
  assert.match(both, /Istio: http\.fault of the VirtualService\. Kuma: MeshFaultInjection/, 'one cause in both')
})

test('no fix has the words of a control plane in itself, but of a rule about its own', () => {
  const names = controlPlanes.map(({ name }) => name)
  const objects =
    /DestinationRule|VirtualService|PeerAuthentication|EnvoyFilter|WasmPlugin|ServiceEntry|HTTPProxy|Mesh[A-Z]/
  const wrong = rules
    .filter(
      ({ fix, id }) =>
        id !== 'fallthrough-to-passthrough' && (objects.test(fix) || names.some((name) => fix.includes(name))),
    )
    .map(({ id, fix }) => `${id}: ${fix}`)
  assert.deepEqual(wrong, [])
})

test('lint explain has the words of every control plane', async () => {
  const { out } = await runProgram(['lint', 'explain', 'hash-policy-ineffective'])
  assert.match(
    out,
    /What to do:\n {2}Set the load balancer of the cluster to RING_HASH or MAGLEV\.\n(?: {2}\S.*\n)* {2}Istio: loadBalancer\.consistentHash/,
  )
})
