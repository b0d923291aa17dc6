import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { RouteChoices } from '../reasons/choice-reasons.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { RouteContext } from './route-match.ts'

/** The cluster that a route action names for this request. */
export interface ClusterChoice {
  /** Undefined when an extension decides. */
  readonly cluster: string | undefined
  /** The chosen entry of a weighted cluster: it has settings of its own. */
  readonly entry: JsonObject
  readonly reason: Reason<keyof RouteChoices>
}

/** `cluster`, `cluster_header` or `weighted_clusters` of a RouteAction. An absent cluster header names no cluster. */
export function chooseCluster(action: JsonObject, context: RouteContext): ClusterChoice {
  if (typeof action.cluster === 'string')
    return { cluster: action.cluster, entry: {}, reason: because('cluster-of-route', {}) }
  if (isObject(action.weighted_clusters)) return chooseWeighted(action.weighted_clusters, context)
  const header = stringOf(action.cluster_header)
  if (header) return byHeader(header, context, {})
  return { cluster: undefined, entry: {}, reason: because('cluster-by-plugin', {}) }
}

function byHeader(header: string, { request }: RouteContext, entry: JsonObject): ClusterChoice {
  return { cluster: request.headers.first(header) ?? '', entry, reason: because('cluster-by-header', { header }) }
}

/** Intervals of the stream's random number in the order of the list; the total is the sum of the weights. */
function chooseWeighted(weighted: JsonObject, context: RouteContext): ClusterChoice {
  const entries = objectsOf(weighted.clusters)
  const prefix = stringOf(weighted.runtime_key_prefix)
  const weights = entries.map(({ name, weight }) => {
    const override = prefix ? numberOf(context.runtime.value(`${prefix}.${stringOf(name) ?? ''}`)) : undefined
    return override ?? numberOf(weight) ?? 0
  })
  let sum = 0
  const bounds = weights.map((weight) => (sum += weight))
  const place = sum === 0 ? -1 : pick(weighted, bounds, sum, context)
  const entry = entries[place] ?? {}
  const reason = because('cluster-by-weight', { weight: weights[place] ?? 0, total: sum })
  const header = stringOf(entry.cluster_header)
  return header ? byHeader(header, context, entry) : { cluster: stringOf(entry.name) ?? '', entry, reason }
}

function pick(
  weighted: JsonObject,
  bounds: readonly number[],
  total: number,
  { request, chance }: RouteContext,
): number {
  const header = stringOf(objectOf(weighted.random_value_specifier).header_name) ?? stringOf(weighted.header_name)
  const value = header ? request.headers.all(header) : []
  const [only] = value
  // A number that does not fit into 64 bits is none.
  if (value.length === 1 && only !== undefined && /^\d+$/.test(only) && BigInt(only) < 2n ** 64n) {
    return bounds.findIndex((bound) => Number(BigInt(only) % BigInt(total)) < bound)
  }
  return chance.stream(total, bounds)
}
