import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'

/**
 * An EDS resource without what Envoy's dump, which is made from the hosts in use, fills in or computes: the default
 * overprovisioning factor and weights, empty messages, and health, which is Envoy's own verdict and not what it was sent. Envoy
 * keeps no metadata of localities, and not when endpoints are stale.
 * https://github.com/envoyproxy/envoy/blob/main/source/server/admin/config_dump_handler.cc (dumpEndpointConfigs)
 */
export function comparedEndpoints(resource: JsonObject): JsonObject {
  const { endpoints, policy, named_endpoints: _, ...rest } = resource
  return {
    ...rest,
    ...optional('policy', policyOf(objectOf(policy))),
    endpoints: objectsOf(endpoints)
      .map(localityEndpoints)
      .filter(({ lb_endpoints }) => lb_endpoints.length > 0),
  }
}

function localityEndpoints({
  lb_endpoints,
  locality,
  metadata: _,
  ...rest
}: JsonObject): JsonObject & { lb_endpoints: JsonObject[] } {
  return {
    ...without(rest, 'load_balancing_weight', 0),
    ...optional('locality', objectOf(locality)),
    lb_endpoints: objectsOf(lb_endpoints).map(lbEndpoint),
  }
}

function policyOf({ endpoint_stale_after: _, ...policy }: JsonObject): JsonObject {
  return without(policy, 'overprovisioning_factor', 140)
}

/**
 * What was sent, without the weights of localities where Envoy has none: it keeps them of clusters that balance by them
 * (`locality_weighted_lb_config`) and of no others.
 * @param sent, used as `comparedEndpoints` gives them
 */
export function withKeptWeights(sent: JsonObject, used: JsonObject): JsonObject {
  if (objectsOf(used.endpoints).some(({ load_balancing_weight }) => load_balancing_weight !== undefined)) return sent
  return { ...sent, endpoints: objectsOf(sent.endpoints).map(({ load_balancing_weight: _, ...rest }) => rest) }
}

function lbEndpoint({ health_status: _, endpoint, metadata, ...rest }: JsonObject): JsonObject {
  const { health_check_config, ...inner } = objectOf(endpoint)
  return {
    ...without(rest, 'load_balancing_weight', 1),
    ...optional('metadata', objectOf(metadata)),
    endpoint: { ...inner, ...optional('health_check_config', objectOf(health_check_config)) },
  }
}

function without(object: JsonObject, key: string, value: number): JsonObject {
  const { [key]: found, ...rest } = object
  return found === value ? rest : object
}

function optional(key: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [key]: value }
}

/**
 * The names under which EDS may be asked for a cluster's endpoints. Envoy's dump also has the hosts of STRICT_DNS, STATIC and
 * ORIGINAL_DST clusters, which no control plane sends as endpoints.
 */
export function edsNames(dump: ConfigDump): Set<string> {
  const names = new Set<string>()
  for (const { resource } of dump.entries('clusters')) {
    if (resource.type === 'EDS') {
      names.add(stringOf(objectOf(resource.eds_cluster_config).service_name) || (stringOf(resource.name) ?? ''))
    }
  }
  return names
}
