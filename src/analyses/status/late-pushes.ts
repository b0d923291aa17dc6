import { humanDuration } from '../../envoy/text/human-duration.ts'
import type { ProxyStatus } from './proxy-status.ts'

/** Types that every push of a whole mesh brings to every proxy. */
const pushedToAll = ['CDS', 'LDS']

/** So long after a proxy has connected, what it is sent may still be what it is sent first. */
const settling = 30_000

/** When a proxy was last sent a change; 0 where it was not since it connected, or that is not told. */
type PushedAt = (proxy: ProxyStatus) => number

/** Less than this behind the others is no more than a push on its way. */
const late = 60_000

/**
 * Notes proxies and replicas whose ages stand out. A replica that is cut off from the API server, or a proxy whose stream hangs, is
 * SYNCED with what was sent last, only that this was long before what the others were sent.
 * @param connectedSince when proxies connected, by name, in milliseconds since the epoch, as far as that is known
 */
export function withLateNotes(
  proxies: readonly ProxyStatus[],
  now: Date,
  connectedSince: ReadonlyMap<string, number> = new Map(),
): readonly ProxyStatus[] {
  const pushedAt = (proxy: ProxyStatus): number => {
    const [sent, since] = [sentAt(proxy), connectedSince.get(proxy.name)]
    return since !== undefined && sent - since < settling ? 0 : sent
  }
  const newest = latest(proxies.map(pushedAt))
  const kinds = new Map([...Map.groupBy(proxies, kindOf)].map(([kind, those]) => [kind, lastPush(those, pushedAt)]))
  const replicas = lateReplicas(proxies, pushedAt)
  const ago = (time: number) => humanDuration(now.getTime() - time)
  return proxies.map((proxy) => {
    const [own, replica] = [sentAt(proxy), replicas.get(proxy.istiod)]
    const last = replica === undefined ? (kinds.get(kindOf(proxy)) ?? 0) : newest
    if (own === 0 || last - own < late) return proxy
    const note =
      replica === undefined
        ? `CDS and LDS were last sent ${ago(own)} ago, to others of its namespace ${ago(last)} ago`
        : `${proxy.istiod} last sent CDS or LDS ${ago(replica)} ago, another replica ${ago(last)} ago: it may be cut off from the API server`
    return { ...proxy, notes: [...proxy.notes, note] }
  })
}

/**
 * When the last push went to proxies of a kind, in milliseconds since the epoch; 0 where it missed half of them or more: pushes go to the
 * proxies that a change concerns, and only what few miss stands out.
 */
function lastPush(proxies: readonly ProxyStatus[], pushedAt: PushedAt): number {
  const times = proxies.map(sentAt).filter((time) => time > 0)
  const newest = latest(proxies.map(pushedAt))
  return times.filter((time) => newest - time >= late).length * 2 < times.length ? newest : 0
}

/** Proxies that a change concerns alike. */
function kindOf({ namespace, proxyType }: ProxyStatus): string {
  return `${namespace}/${proxyType}`
}

/**
 * Replicas that have sent nothing since others sent something to most proxies of a namespace in which they have proxies as well: a change
 * concerns proxies of one namespace and type alike, however many of them each replica has.
 * @returns when each of them last sent something, in milliseconds since the epoch
 */
function lateReplicas(proxies: readonly ProxyStatus[], pushedAt: PushedAt): ReadonlyMap<ProxyStatus['istiod'], number> {
  const told = proxies.filter((proxy) => sentAt(proxy) > 0)
  const kinds = Map.groupBy(told, kindOf)
  const lastOf = [...Map.groupBy(told, ({ istiod }) => istiod)].map(
    ([istiod, its]) => [istiod, latest(its.map(sentAt))] as const,
  )
  const isBehind = (istiod: ProxyStatus['istiod'], last: number) =>
    [...kinds.values()].some((alike) => {
      const others = alike.filter((proxy) => proxy.istiod !== istiod && pushedAt(proxy) > 0)
      const sentSince = others.filter((proxy) => pushedAt(proxy) - last >= late)
      return alike.some((proxy) => proxy.istiod === istiod) && sentSince.length * 2 > others.length
    })
  return new Map(lastOf.filter(([istiod, last]) => isBehind(istiod, last)))
}

/** Milliseconds since the epoch; 0 when never. */
function sentAt({ types }: ProxyStatus): number {
  return latest(pushedToAll.map((type) => types.get(type)?.sentTime?.getTime() ?? 0))
}

function latest(times: readonly number[]): number {
  return times.reduce((a, b) => Math.max(a, b), 0)
}
