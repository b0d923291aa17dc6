import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runProgram } from '../../run-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'explain-hosts-'))
after(() => rmSync(folder, { recursive: true }))

function dumpOf(...names: readonly string[]): string {
  const file = join(folder, `${names.join('-').replaceAll(/[^a-z-]/gi, '_')}.json`)
  const type = 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump'
  const static_clusters = names.map((name) => ({ cluster: { name, type: 'ORIGINAL_DST' } }))
  writeFileSync(file, JSON.stringify({ configs: [{ '@type': type, static_clusters }] }))
  return file
}

async function explained(upstream_cluster: string, ...args: readonly string[]): Promise<string> {
  const line = { response_code: 503, response_flags: 'UF', upstream_cluster, path: '/', method: 'GET' }
  const { out, err } = await runProgram(['explain', '--log', '-', ...args], { stdin: `${JSON.stringify(line)}\n` })
  assert.equal(err, '')
  return out
}

const sentOn = /the mesh does not know this host and sent it on/
const keptIn =
  /the mesh does not know this host and lets nothing unknown out\. Istio: outboundTrafficPolicy is REGISTRY_ONLY/
const portUnknown = /no Service has this port of the pod/

for (const [cluster, said] of [
  ['PassthroughCluster', sentOn],
  ['BlackHoleCluster', keptIn],
  ['InboundPassthroughCluster', portUnknown],
  ['InboundPassthroughClusterIpv6', portUnknown],
  ['self_transparentproxy_passthrough_outbound_ipv4', sentOn],
  ['outbound:passthrough:ipv6', sentOn],
  ['self_transparentproxy_passthrough_inbound_ipv4', portUnknown],
] as const) {
  test(`${cluster}: what the mesh says by it, with a dump and without`, async () => {
    assert.match(await explained(cluster), said)
    assert.match(await explained(cluster, '--file', dumpOf(cluster)), said)
  })
}

test('a cluster that is only called as one of another control plane says nothing of unknown hosts', async () => {
  const kuma = dumpOf('self_inbound_dp_80', 'PassthroughCluster')
  for (const out of [
    await explained('PassthroughCluster', '--file', kuma),
    await explained('original-destination', '--file', dumpOf('PassthroughCluster', 'original-destination')),
    await explained('original-destination'),
  ]) {
    assert.doesNotMatch(out, /the mesh does not know|no Service has this port/)
  }
})
