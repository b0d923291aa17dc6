import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, stringOf } from '../../envoy/json.ts'
import { type Contained, containedEntry } from './contained-entry.ts'

/**
 * The load assignments that stand inside clusters: the members of static ones, the names of those that DNS finds. Of a cluster that
 * asks for its endpoints (EDS) a dump made without `include_eds` has none.
 */
export function containedEndpoints(dump: ConfigDump): Contained | undefined {
  if (!dump.has('clusters')) return undefined
  const clusters = dump.entries('clusters')
  const entries = clusters.flatMap((cluster) => {
    const { load_assignment } = cluster.resource
    return isObject(load_assignment)
      ? [containedEntry('endpoints', stringOf(load_assignment.cluster_name) ?? cluster.name, load_assignment, cluster)]
      : []
  })
  const eds = clusters.filter(({ resource }) => resource.type === 'EDS').length
  const many = eds === 1 ? '1 cluster that asks for them (EDS) has' : `${eds} clusters that ask for them (EDS) have`
  return {
    entries,
    notes:
      eds === 0 ? [] : [`this dump was made without endpoints: ${many} none here; config_dump?include_eds has them`],
  }
}
