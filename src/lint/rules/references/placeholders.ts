/** Names that control planes give in place of a backend that does not exist: Envoy Gateway, Kuma, Istio, kgateway. */
const placeholders: ReadonlySet<string> = new Set([
  'invalid-backend-cluster',
  'kuma.io/unresolved-backend',
  'blackhole_cluster',
  'BlackHoleCluster',
])

/** Whether a cluster's name says that a backend could not be resolved. */
export function isPlaceholder(cluster: string): boolean {
  return placeholders.has(cluster)
}
