import { numberOf, objectOf, objectsOf } from '../json.ts'
import { kinds, sections } from '../kinds.ts'

/** What Envoy's statistics say of one subscription since the start. */
export interface Subscription {
  /** The resource it is of, where the statistics name it: a route configuration, a cluster, a secret. */
  readonly resource: string | undefined
  /** Whether its own stream to the control plane is open; undefined where it shares the one of ADS, or has none. */
  readonly connected: boolean | undefined
  /** Whether it is the only one of its type, for all resources at once. */
  readonly ofAll: boolean
  readonly attempts: number
  readonly accepted: number
  readonly rejected: number
  /** When an update was accepted last, milliseconds since the epoch; undefined when none was, or Envoy is too old to tell. */
  readonly acceptedAt: number | undefined
}

export interface XdsStats {
  /** By short name of the type. */
  readonly updates: ReadonlyMap<string, readonly Subscription[]>
  /** Whether the stream of ADS is open; undefined where Envoy has none, or its statistics leave it out. */
  readonly connected: boolean | undefined
  /** Whether at least one stream to a control plane is open, ADS or a subscription's own; undefined when none is known. */
  readonly anyConnected: boolean | undefined
  /** Filter chains of listeners that changed, which connections from before still use. */
  readonly chainsDraining: number
}

/** Where each subscription counts. EDS is last, for a cluster's own name may hold anything. */
const scopes: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^runtime\./, 'RTDS'],
  [/\.vhds\./, 'VHDS'],
  ...kinds
    .toSorted((a, b) => Number(a === 'endpoints') - Number(b === 'endpoints'))
    .flatMap((kind): [RegExp, string][] => {
      const { statsScope, xds } = sections[kind]
      return statsScope === undefined || xds === undefined ? [] : [[statsScope, xds]]
    }),
]

/** Extensions have two counters for each event. */
const counters: Readonly<Record<string, 'attempts' | 'accepted' | 'rejected' | 'acceptedAt'>> = {
  update_attempt: 'attempts',
  update_success: 'accepted',
  update_rejected: 'rejected',
  config_fail: 'rejected',
  config_reload: 'accepted',
  update_time: 'acceptedAt',
}

/**
 * Reads `/stats?format=json`, whole or filtered.
 * @param body parsed; what is no such reply counts nothing
 */
export function xdsStats(body: unknown): XdsStats {
  const found = new Map<string, { type: string; subscription: Subscription }>()
  let connected: boolean | undefined
  let chainsDraining = 0
  for (const { name, value } of objectsOf(objectOf(body).stats)) {
    if (typeof name !== 'string') continue
    const count = numberOf(value) ?? 0
    if (name === drainingChains) chainsDraining = count
    if (name === streamOpen) connected = count === 1
    const ownStream = name.endsWith(`.${streamOpen}`)
    const end = ownStream ? name.length - streamOpen.length - 1 : name.lastIndexOf('.')
    const [scope, counter] = [name.slice(0, end), counters[name.slice(end + 1)]]
    const type = (counter ?? ownStream) ? scopes.find(([pattern]) => pattern.test(name))?.[1] : undefined
    if (type === undefined) continue
    const before = found.get(scope)?.subscription ?? subscriptionOf(scope, type)
    const after = counter === undefined ? {} : { [counter]: Math.max(before[counter] ?? 0, count) || before[counter] }
    const subscription = { ...before, ...after, ...(ownStream ? { connected: count === 1 } : {}) }
    found.set(scope, { type, subscription })
  }
  // Clusters found by DNS count attempts as EDS does, but reject nothing and have no stream.
  const all = [...found.values()].filter(
    ({ type, subscription }) => type !== 'EDS' || subscription.rejected > 0 || subscription.connected !== undefined,
  )
  const streams = [connected, ...all.map(({ subscription }) => subscription.connected)].filter(
    (stream) => stream !== undefined,
  )
  const byType = Map.groupBy(all, ({ type }) => type)
  return {
    updates: new Map([...byType].map(([type, list]) => [type, list.map(({ subscription }) => subscription)])),
    connected,
    anyConnected: streams.length === 0 ? undefined : streams.includes(true),
    chainsDraining,
  }
}

/** A gauge; a listener of which only filter chains changed is no draining listener in a dump. (ListenerManagerImpl::drainFilterChains) */
const drainingChains = 'listener_manager.total_filter_chains_draining'

/** The gauge of a stream to a control plane: without a prefix that of ADS, else the one of a subscription. */
const streamOpen = 'control_plane.connected_state'

/** A scope that ends in the name of the resource it counts for. */
const resourceScope = /^(?:cluster|http\..*?\.(?:rds|scoped_rds)|(?:.*\.)?sds|extension_config_discovery\.\w+)\.(.+)$/

function subscriptionOf(scope: string, type: string): Subscription {
  const ofAll = type === 'CDS' || type === 'LDS'
  const resource = ofAll ? undefined : resourceScope.exec(scope)?.[1]
  return { resource, connected: undefined, ofAll, attempts: 0, accepted: 0, rejected: 0, acceptedAt: undefined }
}
