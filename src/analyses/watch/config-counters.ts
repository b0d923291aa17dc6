/** Counters and gauges that move when the configuration of an Envoy does. */
export type ConfigCounters = ReadonlyMap<string, number>

/**
 * The statistics that are asked for. Of endpoints, which may be thousands of statistics, Envoy counts all together.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/listeners/stats#listener-manager
 */
const names = [
  '^cluster_manager\\.(cds\\.(version|update_rejected)|cluster_(added|modified|removed|updated|updated_via_merge)|warming_clusters)$',
  '^listener_manager\\.(lds\\.(version|update_rejected)|listener_(added|modified|removed)|total_listeners_warming)$',
  '\\.rds\\..*\\.(config_reload|update_rejected)$',
  '(^|\\.)sds\\..*\\.(version|update_rejected)$',
  '\\.extension_config_discovery\\..*\\.(config_reload|config_fail)$',
  '\\.scoped_rds\\..*\\.(config_reload|update_rejected)$',
  '^control_plane\\.connected_state$',
  '^server\\.uptime$',
]

/** The admin path that answers with them: about 60 bytes each, in plain text. */
export const countersPath = `stats?filter=${encodeURIComponent(names.join('|'))}&usedonly`

/** Reads `name: value` lines; what is no number is left out. */
export function readCounters(text: string): ConfigCounters {
  const found = new Map<string, number>()
  for (const line of text.split('\n')) {
    const at = line.lastIndexOf(': ')
    const value = at === -1 ? Number.NaN : Number(line.slice(at + 2))
    if (!Number.isNaN(value)) found.set(line.slice(0, at), value)
  }
  return found
}

/** What the counters say since they were read last. */
export interface Movement {
  /** Whether configuration was loaded: the dump is worth reading. */
  readonly loaded: boolean
  /** The subscriptions that rejected an update: `cds`, `lds`, a route configuration. */
  readonly rejected: readonly string[]
  /** Listeners or clusters that wait for what they need. */
  readonly warming: number
  /** Undefined where the proxy does not tell. */
  readonly connected: boolean | undefined
  readonly restarted: boolean
}

/** @param before undefined for what is read first */
export function movement(before: ConfigCounters | undefined, now: ConfigCounters): Movement {
  const at = (counters: ConfigCounters | undefined, name: string) => counters?.get(name) ?? 0
  const moved = before === undefined ? [] : [...now.keys()].filter((name) => at(before, name) !== at(now, name))
  const connected = now.get('control_plane.connected_state')
  return {
    loaded: moved.some((name) => !beside.has(name)),
    rejected: moved
      .filter((name) => rejections.some((end) => name.endsWith(end)) && at(now, name) > at(before, name))
      .map(subscription),
    warming: at(now, 'listener_manager.total_listeners_warming') + at(now, 'cluster_manager.warming_clusters'),
    connected: connected === undefined ? undefined : connected > 0,
    restarted: before !== undefined && at(now, 'server.uptime') < at(before, 'server.uptime'),
  }
}

/** Statistics that move without any configuration having been loaded. */
const beside: ReadonlySet<string> = new Set(['control_plane.connected_state', 'server.uptime'])

/** How the counters of rejected updates end. */
const rejections = ['.update_rejected', '.config_fail']

function subscription(name: string): string {
  const scope = name.slice(0, name.lastIndexOf('.'))
  if (scope === 'cluster_manager.cds') return 'clusters'
  if (scope === 'listener_manager.lds') return 'listeners'
  const routes = scope.indexOf('.rds.')
  return routes === -1 ? scope : `routes ${scope.slice(routes + '.rds.'.length)}`
}
