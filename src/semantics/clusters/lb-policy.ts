import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'

/** A load balancing policy of a cluster. */
export interface LbPolicy {
  /** As in `lb_policy` where the policy has such a name, else the message's name: `ROUND_ROBIN`, `Subset`. */
  readonly name: string
  readonly config: JsonObject
  /** Whether the policy stood in `load_balancing_policy`: it then ignores the cluster's `common_lb_config` on localities. */
  readonly typed: boolean
}

/** The policy that weighs endpoints by what they report of their load. */
export const weighedByReports = 'ClientSideWeightedRoundRobin'

/** The policies that Envoy 1.40 has: name as in `lb_policy`, and the field with the policy that picks among the hosts left over. */
const policies: ReadonlyMap<string, { readonly name: string; readonly child?: string }> = new Map(
  Object.entries({
    RoundRobin: { name: 'ROUND_ROBIN' },
    LeastRequest: { name: 'LEAST_REQUEST' },
    Random: { name: 'RANDOM' },
    RingHash: { name: 'RING_HASH' },
    Maglev: { name: 'MAGLEV' },
    ClusterProvided: { name: 'CLUSTER_PROVIDED' },
    ClientSideWeightedRoundRobin: { name: weighedByReports },
    DynamicModulesLoadBalancerPolicy: { name: 'DynamicModulesLoadBalancerPolicy' },
    Subset: { name: 'Subset', child: 'subset_lb_policy' },
    WrrLocality: { name: 'WrrLocality', child: 'endpoint_picking_policy' },
    OverrideHost: { name: 'OverrideHost', child: 'fallback_policy' },
  }),
)

/**
 * The policies in force, from the outermost, which may narrow the choice, to the one that picks. Of a list of typed policies Envoy
 * takes the first that it knows. (ClusterInfoImpl::configureLbPolicies)
 */
export function lbPolicies(cluster: JsonObject): readonly LbPolicy[] {
  if (!isObject(cluster.load_balancing_policy))
    return [{ name: stringOf(cluster.lb_policy) ?? 'ROUND_ROBIN', config: {}, typed: false }]
  const found: LbPolicy[] = []
  let list: JsonObject | undefined = cluster.load_balancing_policy
  while (list !== undefined) {
    const candidates: readonly { message: string; config: JsonObject }[] = objectsOf(list.policies).map((policy) =>
      typedConfig(objectOf(policy.typed_extension_config)),
    )
    const chosen = candidates.find(({ message }) => policies.has(message)) ?? candidates[0]
    if (chosen === undefined) break
    const known = policies.get(chosen.message)
    found.push({ name: known?.name ?? chosen.message, config: chosen.config, typed: true })
    const child = known?.child === undefined ? undefined : chosen.config[known.child]
    list = isObject(child) ? child : undefined
  }
  return found.length === 0 ? [{ name: 'ROUND_ROBIN', config: {}, typed: false }] : found
}

/** The name of the outermost policy in force. */
export function lbPolicyOf(cluster: JsonObject): string {
  return lbPolicies(cluster)[0]?.name ?? 'ROUND_ROBIN'
}

/** The policy that picks a host. */
export function pickingPolicy(cluster: JsonObject): LbPolicy {
  return lbPolicies(cluster).at(-1) ?? { name: 'ROUND_ROBIN', config: {}, typed: false }
}

/** What a policy says on localities: `common_lb_config` of the cluster, or the typed policy's own part of it. */
export function localityConfigOf(cluster: JsonObject): JsonObject {
  const { typed, config } = pickingPolicy(cluster)
  if (!typed) return objectOf(cluster.common_lb_config)
  // RingHash and Maglev have the one field of it that applies to them.
  return isObject(config.locality_weighted_lb_config) ? config : objectOf(config.locality_lb_config)
}

/** Whether the hosts are found by a hash of the request. */
export function picksByHash(cluster: JsonObject): boolean {
  return hashing.has(pickingPolicy(cluster).name)
}

const hashing: ReadonlySet<string> = new Set(['RING_HASH', 'MAGLEV'])
