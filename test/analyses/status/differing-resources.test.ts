import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffDumps } from '../../../src/analyses/diff/diff-dumps.ts'
import { comparedStatus } from '../../../src/analyses/status/compared-status.ts'
import { differingResources } from '../../../src/analyses/status/differing-resources.ts'
import type { ProxyStatus } from '../../../src/analyses/status/proxy-status.ts'
import { readDump } from '../../../src/envoy/input/read-dump.ts'

const admin = 'type.googleapis.com/envoy.admin.v3'

function dumpOf(host: string) {
  const assignment = (cluster_name: string, address: string) => ({
    endpoint_config: {
      cluster_name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 1 } } } }] }],
    },
  })
  const clusters = [
    { name: 'api', type: 'EDS', eds_cluster_config: { service_name: 'api.internal' } },
    { name: 'web', type: 'EDS', eds_cluster_config: {} },
  ]
  const configs = [
    { '@type': `${admin}.ClustersConfigDump`, dynamic_active_clusters: clusters.map((cluster) => ({ cluster })) },
    {
      '@type': `${admin}.EndpointsConfigDump`,
      dynamic_endpoint_configs: [assignment('api.internal', host), assignment('web', '10.0.0.9')],
    },
  ]
  return readDump(Buffer.from(JSON.stringify({ configs })), 'dump')
}

test('endpoints that differ go by the name of their cluster, by which statistics count them', async () => {
  const [sent, used] = [await dumpOf('10.0.0.1'), await dumpOf('10.0.0.2')]
  const diff = diffDumps(sent, used, ['clusters', 'endpoints'])
  assert.deepEqual([...differingResources(diff, used)], [['EDS', ['api']]])
  const own = { name: 'a', connected: true, types: new Map(), notes: [] } as unknown as ProxyStatus
  const status = (resource: string) =>
    comparedStatus(own, {
      from: 'cp.sys',
      sent,
      used,
      diff,
      rejecting: [{ type: 'EDS', resource, updates: 0, reason: 'malformed IP address' }],
    }).types.get('EDS')
  assert.equal(status('api')?.status, 'ERROR')
  assert.equal(status('api')?.error, "the last update of api: malformed IP address (Envoy's log)")
  assert.equal(status('web')?.status, 'STALE')
})
