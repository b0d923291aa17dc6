import { numberOf, objectOf, objectsOf } from '../envoy/json.ts'

/** What Envoy's counters say of one xDS type, over all its subscriptions since the start. */
export interface UpdateCounts {
  readonly attempts: number
  readonly accepted: number
  readonly rejected: number
}

export interface XdsStats {
  /** By short name of the type. */
  readonly updates: ReadonlyMap<string, UpdateCounts>
  /** Whether the stream to the control plane is open; undefined where Envoy has none (REST, files). */
  readonly connected: boolean | undefined
}

/** Where each subscription counts. https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/mgmt_server#xds-subscription-statistics */
const scopes: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^cluster_manager\.cds\./, 'CDS'],
  [/^listener_manager\.lds\./, 'LDS'],
  [/\.rds\./, 'RDS'],
  [/\.scoped_rds\./, 'SRDS'],
  [/(?:^|\.)sds\./, 'SDS'],
  [/extension_config_discovery\./, 'ECDS'],
  [/^runtime\./, 'RTDS'],
  [/\.vhds\./, 'VHDS'],
  // Last, for a cluster's own name may hold anything. Clusters found by DNS count attempts here as well, but reject nothing.
  [/^cluster\./, 'EDS'],
]

const counters: Readonly<Record<string, keyof UpdateCounts>> = {
  update_attempt: 'attempts',
  update_success: 'accepted',
  update_rejected: 'rejected',
  config_fail: 'rejected',
  config_reload: 'accepted',
}

/**
 * Reads `/stats?format=json`, whole or filtered (`filter=update_|connected_state`).
 * @param body parsed; what is no such reply counts nothing
 */
export function xdsStats(body: unknown): XdsStats {
  const updates = new Map<string, UpdateCounts>()
  let connected: boolean | undefined
  for (const { name, value } of objectsOf(objectOf(body).stats)) {
    if (typeof name !== 'string') continue
    const count = numberOf(value) ?? 0
    if (name === 'control_plane.connected_state') connected = count === 1
    const counter = counters[name.slice(name.lastIndexOf('.') + 1)]
    const type = counter === undefined ? undefined : scopes.find(([pattern]) => pattern.test(name))?.[1]
    if (counter === undefined || type === undefined || (type === 'EDS' && counter !== 'rejected')) continue
    const before = updates.get(type) ?? { attempts: 0, accepted: 0, rejected: 0 }
    updates.set(type, { ...before, [counter]: before[counter] + count })
  }
  return { updates, connected }
}
