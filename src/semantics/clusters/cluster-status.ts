import { type JsonObject, stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'

/** Clusters by name, of a reply that is asked for many: it may have thousands. */
const byName = memoizeByObject(
  // The first of a name, as a search finds it.
  (statuses: readonly JsonObject[]) => new Map(statuses.toReversed().map((one) => [stringOf(one.name) ?? '', one])),
)

/**
 * What Envoy reports of a cluster; undefined where it does not have it, or was not asked.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 */
export function clusterStatus(statuses: readonly JsonObject[] | undefined, name: string): JsonObject | undefined {
  return statuses === undefined ? undefined : byName(statuses).get(name)
}
