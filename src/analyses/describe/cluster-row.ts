import type { Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { discoveryType } from '../../envoy/model/clusters.ts'
import { hostsOf } from '../../semantics/clusters/hosts.ts'
import { upstreamTls } from '../../semantics/clusters/upstream-tls.ts'
import type { DumpIndex } from '../../semantics/connection/dump-index.ts'
import type { DescriptionRow } from './description-row.ts'
import { objectText } from './object-text.ts'

/** A cluster in a line: how it finds endpoints and how many are healthy, load balancing, TLS, limits. */
export function clusterRow({ name, resource }: Entry, index: DumpIndex): DescriptionRow {
  const summary = [
    discoveryType(resource),
    endpointsText(resource, index),
    stringOf(resource.lb_policy) ?? 'ROUND_ROBIN',
    limitsText(resource),
    isObject(resource.outlier_detection) ? 'outlier detection' : '',
  ]
  return {
    part: 'Cluster',
    name,
    summary: summary.filter(Boolean).join(', '),
    object: objectText(resource.metadata, { resourceName: name }),
  }
}

function endpointsText(cluster: JsonObject, index: DumpIndex): string {
  const hosts = hostsOf(cluster, index, undefined)?.hosts
  if (hosts === undefined) return 'endpoints not in the dump'
  if (discoveryType(cluster) === 'ORIGINAL_DST') return ''
  if (hosts.length === 0) return 'no endpoints'
  const healthy = hosts.filter(({ health }) => health === 'healthy').length
  const modes = new Set(hosts.map((host) => upstreamTls(cluster, host).mode))
  return [`${healthy}/${hosts.length} endpoints healthy`, [...modes].join(' or ')].filter(Boolean).join(', ')
}

/** Istio sets every limit it does not mean to the largest number. */
const unlimited = 2 ** 32 - 1

function limitsText(cluster: JsonObject): string {
  const [normal] = objectsOf(objectOf(cluster.circuit_breakers).thresholds).filter(
    ({ priority }) => priority === undefined || priority === 'DEFAULT',
  )
  return Object.entries(normal ?? {})
    .filter(([field, value]) => field.startsWith('max_') && (numberOf(value) ?? unlimited) < unlimited)
    .map(([field, value]) => `at most ${numberOf(value)} ${field.slice('max_'.length).replaceAll('_', ' ')}`)
    .join(', ')
}
