import { numberOf, objectOf, objectsOf } from '../../envoy/json.ts'
import { kinds, sections } from '../../envoy/kinds.ts'

/** What Envoy's statistics say of one subscription since the start. */
export interface Subscription {
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
  /** Whether the stream to the control plane is open; undefined where Envoy has none (REST, files). */
  readonly connected: boolean | undefined
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
  for (const { name, value } of objectsOf(objectOf(body).stats)) {
    if (typeof name !== 'string') continue
    const count = numberOf(value) ?? 0
    if (name === 'control_plane.connected_state') connected = count === 1
    const end = name.lastIndexOf('.')
    const [scope, counter] = [name.slice(0, end), counters[name.slice(end + 1)]]
    const type = counter === undefined ? undefined : scopes.find(([pattern]) => pattern.test(name))?.[1]
    if (counter === undefined || type === undefined) continue
    const before = found.get(scope)?.subscription ?? { ...nothing, ofAll: type === 'CDS' || type === 'LDS' }
    const after = Math.max(before[counter] ?? 0, count)
    found.set(scope, { type, subscription: { ...before, [counter]: after === 0 ? before[counter] : after } })
  }
  // Clusters found by DNS count attempts as EDS does, but reject nothing.
  const all = [...found.values()].filter(({ type, subscription }) => type !== 'EDS' || subscription.rejected > 0)
  const byType = Map.groupBy(all, ({ type }) => type)
  return {
    updates: new Map([...byType].map(([type, list]) => [type, list.map(({ subscription }) => subscription)])),
    connected,
  }
}

const nothing = { attempts: 0, accepted: 0, rejected: 0, acceptedAt: undefined }
