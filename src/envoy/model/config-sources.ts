import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf } from '../json.ts'

/** Where the dynamic resources of a bootstrap come from. */
export interface ConfigSources {
  /** Clusters of the control plane that are asked over gRPC; empty where nothing is. */
  readonly clusters: readonly string[]
  /** Targets that the gRPC library resolves without a cluster. */
  readonly targets: readonly string[]
}

/**
 * The control plane that a bootstrap names, over ADS or for CDS and LDS each.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/config_source.proto
 */
export function configSourcesOf(bootstrap: JsonObject): ConfigSources {
  const { ads_config, cds_config, lds_config } = objectOf(bootstrap.dynamic_resources)
  const apis = [ads_config, ...[cds_config, lds_config].map((source) => objectOf(source).api_config_source)].map(
    objectOf,
  )
  const services = apis
    .filter(({ api_type }) => api_type !== 'REST')
    .flatMap(({ grpc_services }) => objectsOf(grpc_services))
  const named = (read: (service: JsonObject) => string | undefined) => [
    ...new Set(services.flatMap((service) => read(service) ?? [])),
  ]
  return {
    clusters: named((service) => stringOf(objectOf(service.envoy_grpc).cluster_name)),
    targets: named((service) => stringOf(objectOf(service.google_grpc).target_uri)),
  }
}

/** The names of secrets that a resource reads from files: no control plane delivers these. */
export function secretsFromFiles(resource: Json | undefined): ReadonlySet<string> {
  const names = new Set<string>()
  const pending: (Json | undefined)[] = [resource]
  while (pending.length > 0) {
    const value = pending.pop()
    if (Array.isArray(value)) for (const item of value) pending.push(item)
    if (!isObject(value)) continue
    const { path, path_config_source } = objectOf(value.sds_config)
    if (typeof value.name === 'string' && (path ?? path_config_source) !== undefined) names.add(value.name)
    for (const member of Object.values(value)) pending.push(member)
  }
  return names
}
