import type { Entry } from '../../envoy/dump/config-dump.ts'
import { clusterName } from '../../envoy/model/names.ts'
import { type DumpIndex, serves } from './dump-index.ts'

/** Why a resource that the dump names does not serve. */
export function absence({ state, error }: Entry): string {
  if (state !== 'error') return `is only ${state}`
  return error === undefined ? 'was rejected' : `was rejected: ${error.details}`
}

/** What there is of the same service and port when a cluster is missing: `; other subsets of reviews…:9080 are v1, v2`. */
export function siblings(index: DumpIndex, missing: string): string {
  const { host, port, subset, direction } = clusterName(missing)
  if (port === undefined || host === '') return ''
  const same = index.dump
    .entries('clusters')
    .filter(serves)
    .map(({ name }) => clusterName(name))
    .filter((one) => one.host === host && one.direction === direction)
  const subsets = same.flatMap((one) => (one.port === port ? [one.subset ?? '(none)'] : []))
  if (subset !== undefined && subsets.length > 0) return `; other subsets of ${host}:${port} are ${subsets.join(', ')}`
  const ports = [...new Set(same.map((one) => one.port))]
  return ports.length === 0 ? '' : `; other ports of ${host} are ${ports.join(', ')}`
}
