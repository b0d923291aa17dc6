import type { TestContext } from 'node:test'
import type { JsonObject } from '../../../src/envoy/json.ts'
import type { Outcome } from '../../run-program.ts'
import { meshPod, startMesh } from '../fake-mesh.ts'

const gatewayApi = '/apis/gateway.networking.k8s.io'

export const httpRoutes = `${gatewayApi}/v1/httproutes`

export const gateway = `${gatewayApi}/v1/namespaces/edge/gateways/eg`

export const httpProxies = '/apis/projectcontour.io/v1/httpproxies'
const behind = (resources: JsonObject[]) => ({ filter_metadata: { 'envoy-gateway': { resources } } })
const deny = { action: 'ALLOW', policies: {} }

/** The dump of an Envoy of Envoy Gateway: one host with a route that answers 500, and one that no policy allows. */
export const dump = JSON.stringify({
  configs: [
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      static_listeners: [
        {
          listener: {
            name: 'edge/eg/http',
            metadata: behind([]),
            address: { socket_address: { address: '0.0.0.0', port_value: 10080 } },
            filter_chains: [
              {
                filters: [
                  {
                    name: 'http',
                    typed_config: {
                      '@type':
                        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
                      http_filters: [
                        {
                          name: 'envoy.filters.http.rbac',
                          typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC' },
                        },
                        {
                          name: 'envoy.filters.http.router',
                          typed_config: {
                            '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
                          },
                        },
                      ],
                      route_config: {
                        name: 'edge/eg/http',
                        ignore_port_in_host_matching: true,
                        virtual_hosts: [
                          {
                            name: 'plain',
                            domains: ['plain.example.com'],
                            metadata: behind([{ kind: 'Gateway', namespace: 'edge', name: 'eg' }]),
                            routes: [
                              {
                                match: { prefix: '/nosuch' },
                                direct_response: { status: 500 },
                                metadata: behind([{ kind: 'HTTPRoute', namespace: 'edge', name: 'plain' }]),
                              },
                              {
                                match: { prefix: '/guarded' },
                                direct_response: { status: 200 },
                                metadata: behind([{ kind: 'HTTPRoute', namespace: 'edge', name: 'plain' }]),
                                typed_per_filter_config: {
                                  'envoy.filters.http.rbac': {
                                    '@type': 'type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBACPerRoute',
                                    rbac: { rules: deny },
                                  },
                                },
                              },
                            ],
                          },
                        ],
                      },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  ],
})

const labels = {
  'app.kubernetes.io/managed-by': 'envoy-gateway',
  'gateway.envoyproxy.io/owning-gateway-name': 'eg',
  'gateway.envoyproxy.io/owning-gateway-namespace': 'edge',
}

interface Api {
  readonly lists?: Readonly<Record<string, readonly object[]>>
  readonly objects?: Readonly<Record<string, object>>
  readonly log?: string
}

export async function ask(t: TestContext, { lists = {}, objects = {}, log }: Api, ...argv: string[]) {
  const mesh = await startMesh({
    pods: [meshPod('eg-1', 'system', { labels, container: { name: 'envoy', image: 'envoyproxy/envoy' } })],
    lists: new Map(Object.entries(lists)),
    object: (path) => (path.endsWith('/log') && log !== undefined ? { status: 200, body: log } : objects[path]),
    answer: (_pod, _port, path) => (path.startsWith('config_dump') ? dump : '{}'),
  })
  t.after(() => mesh.close())
  const [command = '', ...more] = argv
  return mesh.run(command, 'eg-1', '-n', 'system', ...more)
}

export const told = ({ out, err }: Outcome) => `${err}${out}`

export const route = (name: string, hostnames: string[], conditions: JsonObject[]) => ({
  metadata: { name, namespace: 'edge', generation: 1 },
  spec: { hostnames },
  status: { parents: [{ parentRef: { name: 'eg', sectionName: 'http' }, conditions }] },
})

export const accepted = { type: 'Accepted', status: 'True', observedGeneration: 1 }

export const unresolved = {
  type: 'ResolvedRefs',
  status: 'False',
  reason: 'BackendNotFound',
  message: 'service edge/nosuch not found.',
  observedGeneration: 1,
}

export const ofPlain = `${gatewayApi}/v1/namespaces/edge/httproutes/plain`
