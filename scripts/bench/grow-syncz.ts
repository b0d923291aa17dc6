import { writeFileSync } from 'node:fs'

const types = [
  'envoy.config.cluster.v3.Cluster',
  'envoy.config.listener.v3.Listener',
  'envoy.config.endpoint.v3.ClusterLoadAssignment',
  'envoy.config.route.v3.RouteConfiguration',
]

/** Writes what istiod 1.26 and later answers to `/debug/syncz` with so many proxies, all in sync. */
export function growSyncz(path: string, proxies: number): void {
  const version = `2026-11-21T09:12:59Z/1${'c'.repeat(36)}`
  const resources = Object.fromEntries(
    types.map((type) => [type, { sent: version, acked: version, sentTime: '2026-11-21T09:13:02.434611151Z' }]),
  )
  const entries = Array.from({ length: proxies }, (_, index) => ({
    cluster_id: 'Kubernetes',
    proxy: `productpage-v1-6b7f5c-${index}.namespace-${index % 50}`,
    proxy_type: 'sidecar',
    istio_version: '1.31.0',
    resources,
  }))
  writeFileSync(path, JSON.stringify(entries))
}
