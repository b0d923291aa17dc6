import { readFileSync } from 'node:fs'
import { status } from '../../fetch/fake-api-server.ts'
import { istiodPod, meshPod, meshService, startMesh } from '../fake-mesh.ts'

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/sidecar/${name}`, import.meta.url), 'utf8')
const section = (type: string, fields: object) => ({ '@type': `type.googleapis.com/envoy.admin.v3.${type}`, ...fields })
const loaded = '2025-12-31T23:00:00.123Z'

/** A proxy with a secret in a header that it adds, and one in its bootstrap. */
export const guarded = {
  configs: [
    section('BootstrapConfigDump', {
      bootstrap: {
        node: {
          id: 'sidecar~10.0.0.2~cart-1.shop~shop.svc',
          metadata: { ENV: { DB_PASSWORD: 'hunter2-in-the-environment' } },
        },
      },
    }),
    section('ClustersConfigDump', {
      dynamic_active_clusters: [
        { cluster: { name: 'outbound|80||shop.shop.svc.cluster.local', type: 'EDS', connect_timeout: '5s' } },
      ],
    }),
    section('ListenersConfigDump', { dynamic_listeners: [] }),
    section('RoutesConfigDump', {
      dynamic_route_configs: [
        {
          last_updated: loaded,
          route_config: {
            name: 'r',
            request_headers_to_add: [{ header: { key: 'authorization', value: 'Bearer s3cr3t-t0ken-of-the-cart' } }],
            virtual_hosts: [{ name: 'shop.internal', domains: ['shop.internal'], routes: [] }],
          },
        },
      ],
    }),
  ],
}

/** What istiod would send to it: another timeout. */
const sent = {
  configs: [
    section('ClustersConfigDump', {
      dynamic_active_clusters: [
        { cluster: { name: 'outbound|80||shop.shop.svc.cluster.local', type: 'EDS', connect_timeout: '10s' } },
      ],
    }),
    section('ListenersConfigDump', { dynamic_listeners: [] }),
    guarded.configs[3],
  ],
}

const synced = { 'type.googleapis.com/envoy.config.cluster.v3.Cluster': { sent: '1', acked: '1' } }
const syncz = [
  { proxy: 'web-1.default', proxy_type: 'sidecar', cluster_id: 'Kubernetes', istio_version: '1.31.0', ...synced },
  { proxy: 'cart-1.shop', proxy_type: 'sidecar', cluster_id: 'Kubernetes', istio_version: '1.31.0', ...synced },
]

export const secretsOfMesh = [
  'hunter2-in-the-environment',
  's3cr3t-t0ken-of-the-cart',
  'env-value-of-web',
  'pw-of-an-argument',
  'tok-of-the-log',
]

const web = meshPod('web-1', 'default', { labels: { app: 'web' } })
const pods = [
  istiodPod('istiod-a'),
  {
    ...web,
    metadata: {
      ...web.metadata,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"env":[{"value":"env-value-of-web"}]}' },
      managedFields: [{ manager: 'kubelet' }],
    },
    spec: {
      ...web.spec,
      containers: [
        {
          name: 'istio-proxy',
          image: 'istio/proxyv2:1.31.0',
          args: ['proxy', 'sidecar'],
          env: [{ name: 'DB', value: 'env-value-of-web' }],
        },
        { name: 'app', image: 'app:1', args: ['--password', 'pw-of-an-argument', '--db-password=pw-of-an-argument'] },
      ],
    },
  },
  meshPod('cart-1', 'shop', { labels: { app: 'cart' } }),
]

/** What the pages of a proxy answer; a test may put others in their place. */
export type Answers = (pod: string, path: string) => string | { status: number; body: string } | 'refused' | undefined

const pages: ReadonlyMap<string, string> = new Map([
  ['server_info', fixture('server_info.json')],
  ['clusters?format=json', fixture('clusters.json')],
  ['certs', fixture('certs.json')],
  ['listeners?format=json', fixture('listeners.json')],
  ['init_dump', fixture('init_dump.json')],
  ['stats?usedonly&format=json', fixture('stats.json')],
  ['stats?format=json&usedonly', fixture('stats.json')],
  ['runtime', '{"layers":[],"entries":{}}'],
  ['memory', '{"allocated":"1","heap_size":"2"}'],
  ['logging', 'active loggers:\n  admin: warning\n  http: info\n'],
])

function ofIstiod(path: string) {
  if (path === 'debug/syncz') return JSON.stringify(syncz)
  if (path === 'debug/push_status') return '{}'
  if (path === 'debug/connections')
    return JSON.stringify({ clients: [{ connectionId: 'cart-1.shop-9', connectedAt: loaded }] })
  if (path === 'debug/config_dump?proxyID=cart-1.shop-9') return JSON.stringify(sent)
  if (path === 'debug/edsz?proxyID=cart-1.shop-9') return '{}'
  return { status: 404, body: 'Proxy not connected to this Pilot instance. It may be connected to another instance.\n' }
}

const lineOfLog = '2026-01-01T00:00:00Z GET /?access_token=tok-of-the-log HTTP/1.1 200\n'

/** A mesh of two proxies and an istiod that knows one of them. */
/**
 * @param log of every container
 * @param mayRead whether the user may get a path of the API
 */
export function startSmallMesh(
  answers: Answers = () => undefined,
  log = lineOfLog,
  mayRead: (path: string) => boolean = () => true,
) {
  const services = [meshService('web', 'default', 'web'), meshService('cart', 'shop', 'cart')]
  return startMesh({
    pods,
    services,
    object(path) {
      if (!mayRead(path)) return status(403, 'Forbidden', `${path} is forbidden`)
      if (path === '/version') return { gitVersion: 'v1.36.1' }
      if (path === '/api/v1/services') return { items: services }
      if (path === '/api/v1/namespaces')
        return { items: ['default', 'shop', 'istio-system'].map((name) => ({ metadata: { name } })) }
      if (path === '/apis/apps/v1/deployments') return { items: [deployment] }
      if (path === '/apis/apps/v1/namespaces/default/deployments/web') return deployment
      if (path.endsWith('/log')) return { status: 200, body: log }
      return undefined
    },
    answer(pod, port, path) {
      const own = answers(pod, path)
      if (pod === 'istiod-a') return port === 15014 ? (own ?? ofIstiod(path)) : 'refused'
      if (own !== undefined) return own
      if (path.startsWith('config_dump')) return pod === 'web-1' ? fixture('config_dump.json') : JSON.stringify(guarded)
      return pages.get(path)
    },
  })
}

const deployment = {
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { spec: { containers: [{ env: [{ name: 'DB', value: 'env-value-of-web' }] }] } },
  },
}
