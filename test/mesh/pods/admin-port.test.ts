import assert from 'node:assert/strict'
import { test } from 'node:test'
import { adminPort } from '../../../src/mesh/pods/admin-port.ts'
import { readPod } from '../../../src/mesh/pods/pod.ts'

interface Shape {
  readonly labels?: Record<string, string>
  readonly annotations?: Record<string, string>
  readonly containers?: object[]
  readonly initContainers?: object[]
}

function pod({ labels = {}, annotations = {}, containers = [], initContainers = [] }: Shape) {
  return readPod(
    JSON.parse(
      JSON.stringify({
        metadata: { name: 'p', namespace: 'n', labels, annotations },
        spec: { containers, initContainers },
      }),
    ),
  )
}

const app = { name: 'app', image: 'example/app:1' }
const istio = { name: 'istio-proxy', image: 'docker.io/istio/proxyv2:1.29.0' }

const cases: [string, Shape, number, string | undefined, string][] = [
  ['an Istio sidecar', { containers: [app, istio] }, 15000, 'istio-proxy', 'Istio'],
  [
    'an Istio native sidecar',
    { containers: [app], initContainers: [{ name: 'istio-init' }, { ...istio, restartPolicy: 'Always' }] },
    15000,
    'istio-proxy',
    'Istio',
  ],
  [
    'an Istio sidecar with its own port',
    { containers: [istio], annotations: { 'proxy.istio.io/config': 'concurrency: 2\nproxyAdminPort: 15999\n' } },
    15999,
    'istio-proxy',
    'Istio',
  ],
  [
    'an Istio mesh with its own port',
    { containers: [{ ...istio, env: [{ name: 'PROXY_CONFIG', value: '{"proxyAdminPort":15998}' }] }] },
    15998,
    'istio-proxy',
    'Istio',
  ],
  [
    'Envoy Gateway',
    {
      labels: { 'app.kubernetes.io/managed-by': 'envoy-gateway', 'gateway.envoyproxy.io/owning-gateway-name': 'eg' },
      containers: [
        { name: 'envoy', image: 'docker.io/envoyproxy/envoy:distroless-v1.37.0' },
        { name: 'shutdown-manager', image: 'envoyproxy/gateway:v1.7.0' },
      ],
    },
    19000,
    'envoy',
    'Envoy Gateway',
  ],
  [
    'Contour',
    {
      labels: { app: 'envoy' },
      containers: [
        { name: 'shutdown-manager', image: 'ghcr.io/projectcontour/contour:v1.33.0' },
        { name: 'envoy', image: 'docker.io/envoyproxy/envoy:v1.37.0' },
      ],
    },
    9001,
    'envoy',
    'Contour',
  ],
  [
    'Gloo',
    {
      labels: { gloo: 'gateway-proxy' },
      containers: [{ name: 'gateway-proxy', image: 'quay.io/solo-io/gloo-envoy-wrapper:1.20' }],
    },
    19000,
    'gateway-proxy',
    'Gloo',
  ],
  [
    'kgateway',
    { containers: [{ name: 'kgateway-proxy', image: 'cr.kgateway.dev/kgateway-dev/envoy-wrapper:v2.1' }] },
    19000,
    'kgateway-proxy',
    'kgateway',
  ],
  [
    'Kuma',
    { containers: [app, { name: 'kuma-sidecar', image: 'docker.io/kumahq/kuma-dp:2.12' }] },
    9901,
    'kuma-sidecar',
    'Kuma',
  ],
  [
    'Kuma with its own port',
    {
      containers: [{ name: 'kuma-sidecar', image: 'kumahq/kuma-dp' }],
      annotations: { 'kuma.io/envoy-admin-port': '9999' },
    },
    9999,
    'kuma-sidecar',
    'Kuma',
  ],
  [
    'Consul',
    { containers: [app, { name: 'consul-dataplane', image: 'hashicorp/consul-dataplane:1.8' }] },
    19000,
    'consul-dataplane',
    'Consul',
  ],
  [
    'Consul with arguments',
    {
      containers: [
        {
          name: 'consul-dataplane-web',
          image: 'hashicorp/consul-dataplane:1.8',
          args: ['-envoy-admin-bind-port=19001'],
        },
      ],
    },
    19001,
    'consul-dataplane-web',
    'Consul',
  ],
  [
    'a plain Envoy with its bootstrap in the arguments',
    {
      containers: [
        {
          name: 'edge',
          image: 'envoyproxy/envoy:v1.37.0',
          args: ['--config-yaml', 'admin: {address: {socket_address: {address: 0.0.0.0, port_value: 8002}}}'],
        },
      ],
    },
    8002,
    'edge',
    'bootstrap',
  ],
  [
    'a plain Envoy with a named port',
    {
      containers: [
        {
          name: 'envoy',
          image: 'mirror/envoy:1',
          ports: [
            { name: 'http', containerPort: 80 },
            { name: 'admin', containerPort: 9000 },
          ],
        },
      ],
    },
    9000,
    'envoy',
    'port name',
  ],
  ['a plain Envoy', { containers: [{ name: 'envoy', image: 'mirror/envoy:1' }] }, 15000, 'envoy', 'default'],
  ['no proxy', { containers: [app] }, 15000, undefined, 'default'],
]

for (const [title, shape, port, container, from] of cases) {
  test(`${title}: ${port}`, () => {
    const found = adminPort(pod(shape))
    assert.deepEqual([found.port, found.container?.name, found.from], [port, container, from])
  })
}

test('an explicit port goes before everything; the container is still found', () => {
  const found = adminPort(pod({ containers: [app, istio] }), 1234)
  assert.deepEqual([found.port, found.container?.name, found.from], [1234, 'istio-proxy', 'flag'])
})

test('the second Consul sidecar of a pod has the next port', () => {
  const two = pod({ containers: [{ name: 'consul-dataplane-a' }, { name: 'consul-dataplane-b' }] })
  assert.equal(adminPort(two, undefined, 'consul-dataplane-b').port, 19001)
})

test('an init container that ends is no proxy', () => {
  assert.equal(adminPort(pod({ containers: [app], initContainers: [istio] })).container, undefined)
})
