import { isObject, type JsonObject, stringOf } from '../json.ts'
import { typedConfig } from './typed-config.ts'

/**
 * How Envoy finds a cluster's endpoints: `EDS`, `STRICT_DNS`, …; for an extension (`cluster_type`) its name without the common
 * prefix, in capitals: `AGGREGATE`, `REDIS`, `DYNAMIC_FORWARD_PROXY`, `DNS`. A cluster that says nothing is STATIC (proto3 default).
 */
export function discoveryType(cluster: JsonObject): string {
  const extension = cluster.cluster_type
  if (!isObject(extension)) return stringOf(cluster.type) ?? 'STATIC'
  const name = stringOf(extension.name) ?? typedConfig(extension).message
  return name
    .replace(/^envoy\.(?:clusters\.|cluster\.)?/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}
