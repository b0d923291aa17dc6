import { controlPlanes } from '../../../envoy/control-plane/index.ts'

/** Names that control planes give in place of a backend that does not exist. */
const placeholders: ReadonlySet<string> = new Set(controlPlanes.flatMap(({ missingBackends = [] }) => missingBackends))

/** Whether a cluster's name says that a backend could not be resolved. */
export function isPlaceholder(cluster: string): boolean {
  return placeholders.has(cluster)
}
