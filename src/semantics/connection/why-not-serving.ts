import type { Entry } from '../../envoy/dump/config-dump.ts'
import { clusterName } from '../../envoy/model/names.ts'
import type { ReasonArgs } from '../reasons/reason.ts'
import type { AbsentResource } from '../reasons/resource-absence.ts'
import { type DumpIndex, serves } from './dump-index.ts'

/** Why a resource that the dump names does not serve. */
export function whyNotServing({ state, error }: Entry): AbsentResource {
  return { state, ...(error === undefined ? {} : { error: error.details }) }
}

/** What there is of the same service and port when a cluster is missing: other subsets, else other ports. */
export function siblingClusters(index: DumpIndex, missing: string): Omit<ReasonArgs['cluster-missing'], 'cluster'> {
  const { host, port, subset, direction } = clusterName(missing)
  if (port === undefined || host === '') return {}
  const same = index.dump
    .entries('clusters')
    .filter(serves)
    .map(({ name }) => clusterName(name))
    .filter((one) => one.host === host && one.direction === direction)
  const subsets = same.flatMap((one) => (one.port === port ? [one.subset ?? '(none)'] : []))
  if (subset !== undefined && subsets.length > 0) return { service: `${host}:${port}`, subsets }
  const ports = [...new Set(same.map((one) => String(one.port ?? '')))]
  return ports.length === 0 ? {} : { service: host, ports }
}
