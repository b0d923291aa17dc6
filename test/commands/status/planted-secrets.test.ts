import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shop } from '../../fetch/xds/snapshots.ts'
import { outputValues } from '../../output-values.ts'
import { assertHidden } from '../planted/assert-hidden.ts'
import { cluster, dump, listener, route } from '../planted/planted-dump.ts'
import { extension, plant } from '../planted/planted-filters.ts'
import { plantedSnapshot } from '../planted/planted-snapshot.ts'
import { startGateway } from './fake-gateway.ts'

type Gateway = Parameters<typeof startGateway>[0]

/** The same with every secret changed. */
const changed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(/X7q(?=["\\])/g, 'X7qOther'))

const discovered = { name: 'd', type: 'EDS', eds_cluster_config: { eds_config: { ads: {} } } }
const endpoints = {
  cluster_name: 'd',
  endpoints: [
    {
      lb_endpoints: [
        {
          endpoint: {
            address: { socket_address: { address: '10.0.0.1', port_value: 80 } },
            hostname: `http://user:${plant('password in a host name')}@host`,
          },
          metadata: { filter_metadata: { any: { token: plant('metadata of an endpoint') } } },
        },
      ],
    },
  ],
}
/** Its routes are the planted ones, discovered. */
const asking = {
  ...shop.listeners[0],
  filter_chains: [
    {
      filters: [
        extension('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
          stat_prefix: 'r',
          rds: { route_config_name: 'r', config_source: { ads: {} } },
        }),
      ],
    },
  ],
}
const sent = {
  clusters: [cluster, discovered],
  listeners: [listener, asking],
  routes: [route],
  endpoints: [endpoints],
}
const bootstrap = dump.configs.find((section) => section['@type'].endsWith('.BootstrapConfigDump'))
const sections = [
  ...dump.configs.filter((section) => section !== bootstrap),
  { '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump', dynamic_endpoint_configs: [endpoints] },
]
const node = {
  metadata: { ENV: { ANYTHING: plant('ENV of a connected node') }, token: plant('token of a connected node') },
}

/** Looks through all that `status POD` of a gateway prints, in every format. */
async function assertAllHidden(gateway: Partial<Gateway>): Promise<string> {
  const running = await startGateway({ used: shop, sections, node, ...gateway })
  const printed: string[] = []
  try {
    for (const format of [...outputValues, 'unified']) {
      const { out, err } = await running.mesh.run('status', 'edge-1.gateways', '-o', format)
      assert.doesNotMatch(err, /internal error/, format)
      assertHidden(out + err, `status of a pod -o ${format}`)
      printed.push(out + err)
    }
  } finally {
    await running.close()
  }
  return printed.join('\n')
}

test('status of a pod prints no secret of what its control plane sends over ADS, nor of its own dump', async () => {
  const encoded = plantedSnapshot(sent)
  const planted = [...encoded.values()].flatMap(({ resources }) =>
    [...resources.values()].flatMap(
      (bytes) =>
        Buffer.from(bytes)
          .toString('latin1')
          .match(/CANARY\d+X7q/g) ?? [],
    ),
  )
  assert.ok(new Set(planted).size > 150, `${new Set(planted).size} are sent`)
  assert.match(await assertAllHidden({ sent: encoded }), /^ {2}- d: only in the control plane$/m)
  const other = await assertAllHidden({ sent: plantedSnapshot(changed(sent)) })
  for (const kind of ['Clusters', 'Listeners', 'Routes', 'Endpoints'])
    assert.match(other, new RegExp(`^${kind} don't match$`, 'm'))
  assert.match(other, /"\[redacted\]" in the control plane, "\[redacted, differs\]" in Envoy/)
})

test('nor of why the control plane refuses the call', async () => {
  const refusal = `bad token: authorization: Bearer ${plant('token in a refusal')}, -----BEGIN EC PRIVATE KEY-----\n${plant('key in a refusal')}\n-----END EC PRIVATE KEY-----`
  assert.match(
    await assertAllHidden({ refusal }),
    /refused: PermissionDenied: bad token: authorization: Bearer \[redacted\], \[redacted\]/,
  )
})
