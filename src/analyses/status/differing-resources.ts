import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { objectOf, stringOf } from '../../envoy/json.ts'
import { sections } from '../../envoy/kinds.ts'
import type { DumpDiff, KindDiff } from '../diff/dump-diff.ts'

/** Names that are not the same on both sides, without those of which Envoy itself says why. */
export function differingNames({ onlyInControlPlane, onlyInEnvoy, changed, warming, rejected }: KindDiff): string[] {
  const explained = new Set([...warming, ...rejected].map(({ name }) => name))
  const names = [...onlyInControlPlane, ...onlyInEnvoy, ...changed.map(({ name }) => name)]
  return names.filter((name) => !explained.has(name)).sort()
}

/**
 * By short name of the type the names under which Envoy's statistics count what differs: endpoints by their cluster, which may have
 * them under another name (`service_name`).
 */
export function differingResources({ kinds }: DumpDiff, used: ConfigDump): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  for (const difference of kinds) {
    const type = sections[difference.kind].xds
    if (type === undefined || difference.skipped !== undefined) continue
    const names = differingNames(difference)
    if (names.length > 0) found.set(type, difference.kind === 'endpoints' ? clustersOf(names, used) : names)
  }
  return found
}

function clustersOf(assignments: readonly string[], used: ConfigDump): string[] {
  const wanted = new Set(assignments)
  return used.entries('clusters').flatMap(({ name, resource }) => {
    const serviceName = stringOf(objectOf(resource.eds_cluster_config).service_name) || name
    return wanted.has(serviceName) ? [name] : []
  })
}
