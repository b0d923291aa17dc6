import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'

/** The clusters that a route sends requests to, by name. */
export function routeClusters(route: JsonObject): string[] {
  const { cluster, weighted_clusters } = objectOf(route.route)
  const weighted = objectsOf(objectOf(weighted_clusters).clusters)
  return [stringOf(cluster) ?? '', ...weighted.map(({ name }) => stringOf(name) ?? '')]
}
