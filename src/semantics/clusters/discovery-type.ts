import { isObject, type JsonObject, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'

export interface Discovery {
  /** `EDS`, `STATIC`, `STRICT_DNS`, `LOGICAL_DNS`, `ORIGINAL_DST`, `AGGREGATE`, `DYNAMIC_FORWARD_PROXY`, or an extension's name. */
  readonly type: string
  readonly config: JsonObject
}

/** How a cluster finds its endpoints: `type` (STATIC when absent) or the extension in `cluster_type`. */
export function discoveryOf(cluster: JsonObject): Discovery {
  if (!isObject(cluster.cluster_type)) return { type: stringOf(cluster.type) ?? 'STATIC', config: {} }
  const { type, config } = typedConfig(cluster.cluster_type)
  const name = stringOf(cluster.cluster_type.name) ?? ''
  const text = `${type} ${name}`
  if (text.includes('aggregate')) return { type: 'AGGREGATE', config }
  if (text.includes('dynamic_forward_proxy')) return { type: 'DYNAMIC_FORWARD_PROXY', config }
  if (text.includes('original_dst')) return { type: 'ORIGINAL_DST', config }
  if (type.endsWith('.DnsCluster')) {
    return { type: config.all_addresses_in_single_endpoint === true ? 'LOGICAL_DNS' : 'STRICT_DNS', config }
  }
  return { type: builtIn.get(name) ?? name, config }
}

const builtIn: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'envoy.cluster.static': 'STATIC',
    'envoy.cluster.eds': 'EDS',
    'envoy.cluster.strict_dns': 'STRICT_DNS',
    'envoy.cluster.logical_dns': 'LOGICAL_DNS',
  }),
)
