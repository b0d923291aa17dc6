import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../../run-program.ts'
import { meshPod, meshService, startMesh } from '../fake-mesh.ts'

interface Row {
  readonly part: string
  readonly name: string
  readonly object: string
}

/** A gateway of Envoy Gateway, whose cluster bears the name of a route and has these endpoints. */
function edgeDump(...addresses: readonly string[]): string {
  const type = 'type.googleapis.com/envoy'
  const lb_endpoints = addresses.map((address) => ({
    endpoint: { address: { socket_address: { address, port_value: 8080 } } },
  }))
  const route = {
    match: { prefix: '/' },
    route: { cluster: 'httproute/shop/web/rule/0' },
    metadata: {
      filter_metadata: { 'envoy-gateway': { resources: [{ kind: 'HTTPRoute', name: 'web', namespace: 'shop' }] } },
    },
  }
  const manager = {
    '@type': `${type}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`,
    rds: { route_config_name: 'shop/eg/http' },
  }
  const socket_address = { address: '0.0.0.0', port_value: 10080 }
  return JSON.stringify({
    configs: [
      {
        '@type': `${type}.admin.v3.ClustersConfigDump`,
        dynamic_active_clusters: [
          { cluster: { name: 'httproute/shop/web/rule/0', load_assignment: { endpoints: [{ lb_endpoints }] } } },
        ],
      },
      {
        '@type': `${type}.admin.v3.ListenersConfigDump`,
        dynamic_listeners: [
          {
            name: 'shop/eg/http',
            active_state: {
              listener: {
                name: 'shop/eg/http',
                address: { socket_address },
                filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
              },
            },
          },
        ],
      },
      {
        '@type': `${type}.admin.v3.RoutesConfigDump`,
        dynamic_route_configs: [
          {
            route_config: {
              name: 'shop/eg/http',
              virtual_hosts: [{ name: 'web', domains: ['web.example.com'], routes: [route] }],
            },
          },
        ],
      },
    ],
  })
}

const slices = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices'

function edgeMesh(dump: string) {
  return startMesh({
    pods: [
      meshPod('web-1', 'shop', { labels: { app: 'web' }, container: { name: 'app', image: 'example/app:1' } }),
      meshPod('envoy-1', 'envoy-gateway-system', {
        labels: {
          'app.kubernetes.io/managed-by': 'envoy-gateway',
          'gateway.envoyproxy.io/owning-gateway-name': 'eg',
          'gateway.envoyproxy.io/owning-gateway-namespace': 'edge',
        },
        container: { name: 'envoy', image: 'envoyproxy/envoy:v1.39.1' },
      }),
    ],
    services: [meshService('web', 'shop', 'web')],
    lists: new Map([
      [slices, [{ endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'] }], ports: [{ port: 8080 }] }]],
    ]),
    answer: (_pod, _port, path) => (path.startsWith('config_dump') ? dump : undefined),
  })
}

test('a live service without a proxy: gateways whose clusters have its endpoints lead to it, whatever they are called', async () => {
  const mesh = await edgeMesh(edgeDump('10.0.0.2', '10.0.0.1'))
  try {
    const { code, out, err } = await mesh.run('describe', 'svc', 'web', '-n', 'shop', '-o', 'json')
    assert.equal(code, 0, err)
    const found: Row[] = JSON.parse(out)
    assert.deepEqual(
      found.map(({ part, name, object }) => [part, name, object]),
      [
        ['Service', 'web.shop', 'service/web.shop'],
        ['Gateway listener', 'eg.edge shop/eg/http', ''],
        ['Gateway route', 'eg.edge shop/eg/http / web', 'httproute/web.shop'],
      ],
    )
    assert.match(err, /pod shop\/web-1 has no proxy that is known: gateways alone are asked/)
    assert.doesNotMatch(err, /No route leads/)
  } finally {
    await mesh.close()
  }
})

for (const [plane, cluster, gateway, pods] of [
  [
    'Kuma',
    'web_shop_svc_80',
    'edge-gateway.edge',
    [
      meshPod('edge-gateway-1', 'edge', {
        labels: { app: 'edge-gateway', 'kuma.io/sidecar-injection': 'disabled' },
        container: { name: 'kuma-gateway', image: 'kumahq/kuma-dp:2.9' },
      }),
      meshPod('job-1', 'edge', {
        labels: { app: 'job', 'kuma.io/sidecar-injection': 'disabled' },
        container: { name: 'job', image: 'job' },
      }),
    ],
  ],
  [
    'Cilium',
    'shop/cilium-gateway-edge/shop:web:80',
    'cilium-envoy.kube-system',
    ['a', 'b'].map((node) =>
      meshPod(`cilium-envoy-${node}`, 'kube-system', {
        labels: { 'k8s-app': 'cilium-envoy' },
        container: { name: 'cilium-envoy', image: 'quay.io/cilium/cilium-envoy:v1.35' },
      }),
    ),
  ],
] as const)
  test(`gateways of ${plane} are found, and lead to the services that their clusters name`, async () => {
    const dump = edgeDump('10.0.0.2')
      .replaceAll('httproute/shop/web/rule/0', cluster)
      .replace('"envoy-gateway":', '"other":')
    const mesh = await startMesh({
      pods: [...pods],
      services: [meshService('web', 'shop', 'web')],
      answer: (_pod, _port, path) => (path.startsWith('config_dump') ? dump : undefined),
    })
    try {
      const { code, out, err } = await mesh.run('describe', 'svc', 'web', '-n', 'shop', '-o', 'json')
      assert.equal(code, 0, err)
      const found: Row[] = JSON.parse(out)
      assert.deepEqual(
        found.filter(({ part }) => part.startsWith('Gateway')).map(({ part, name }) => [part, name]),
        [
          ['Gateway listener', `${gateway} shop/eg/http`],
          ['Gateway route', `${gateway} shop/eg/http / web`],
        ],
      )
    } finally {
      await mesh.close()
    }
  })

test('a live service that no route of a gateway leads to: it is said, also of a cluster that has others of its endpoints', async () => {
  const mesh = await edgeMesh(edgeDump('10.0.0.1', '10.9.9.9'))
  try {
    const { code, err } = await mesh.run('describe', 'svc', 'web', '-n', 'shop', '-o', 'json')
    assert.equal(code, 0, err)
    assert.match(err, /No route leads to web\.shop in gateway eg\.edge/)
  } finally {
    await mesh.close()
  }
})

test('a saved dump of a control plane whose clusters name routes alone', async () => {
  const { err } = await runProgram(['describe', 'service', 'web.shop', '--file', '-'], { stdin: edgeDump('10.0.0.1') })
  assert.match(
    err,
    /clusters of Envoy Gateway do not name Services: without --file and --url they are found by their endpoints/,
  )
})
