import { type JsonObject, objectOf, objectsOf } from '../json.ts'
import { memoizeByObject } from '../memoize-by-object.ts'
import { toSnakeCase } from './proto-json.ts'

/** Messages of `envoy.admin.v3` that pages of the admin interface answer with. */
type AdminMessage = 'Clusters' | 'Listeners' | 'Memory' | 'ServerInfo' | 'UnreadyTargetsDumps'

/**
 * A parsed reply of the admin interface under Envoy's own field names: saved ones come in lowerCamelCase as well. Empty for what is no
 * object. https://www.envoyproxy.io/docs/envoy/latest/operations/admin
 */
export function adminReply(reply: unknown, message: AdminMessage): JsonObject {
  return objectOf(toSnakeCase(objectOf(reply), `envoy.admin.v3.${message}`))
}

const clustersOf = memoizeByObject((reply: object) => objectsOf(adminReply(reply, 'Clusters').cluster_statuses))

/** The `envoy.admin.v3.ClusterStatus` of a parsed reply to `/clusters?format=json`, under Envoy's own field names. */
export function clusterStatusesOf(reply: unknown): readonly JsonObject[] {
  return clustersOf(objectOf(reply))
}
