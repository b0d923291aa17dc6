import { humanDuration } from '../../envoy/text/human-duration.ts'
import type { ProxyStatus } from './proxy-status.ts'

/** Types that every push of a whole mesh brings to every proxy. */
const pushedToAll = ['CDS', 'LDS']

/** Less than this behind the others is no more than a push on its way. */
const late = 60_000

/**
 * Notes proxies and replicas whose ages stand out. A replica that is cut off from the API server, or a proxy whose stream hangs, is
 * SYNCED with what was sent last, only that this was long before what the others were sent.
 */
export function withLateNotes(proxies: readonly ProxyStatus[], now: Date): readonly ProxyStatus[] {
  const told = proxies.map(sentAt).filter((time) => time > 0)
  const newest = latest(told)
  const isLate = (time: number) => time > 0 && newest - time >= late
  // Pushes go to the proxies that a change concerns: only what few miss stands out.
  const standsOut = told.filter(isLate).length * 2 < told.length
  const replicas = lateReplicas(proxies)
  const ago = (time: number) => humanDuration(now.getTime() - time)
  return proxies.map((proxy) => {
    const [own, replica] = [sentAt(proxy), replicas.get(proxy.istiod)]
    if (!isLate(own) || (replica === undefined && !standsOut)) return proxy
    const note =
      replica === undefined
        ? `CDS and LDS were last sent ${ago(own)} ago, to others ${ago(newest)} ago`
        : `${proxy.istiod} last sent CDS or LDS ${ago(replica)} ago, another replica ${ago(newest)} ago: it may be cut off from the API server`
    return { ...proxy, notes: [...proxy.notes, note] }
  })
}

/**
 * Replicas that have sent nothing since others sent something to most proxies of a namespace in which they have proxies as well: a change
 * concerns proxies of one namespace and type alike, however many of them each replica has.
 * @returns when each of them last sent something, in milliseconds since the epoch
 */
function lateReplicas(proxies: readonly ProxyStatus[]): ReadonlyMap<ProxyStatus['istiod'], number> {
  const told = proxies.filter((proxy) => sentAt(proxy) > 0)
  const kinds = Map.groupBy(told, ({ namespace, proxyType }) => `${namespace}/${proxyType}`)
  const lastOf = [...Map.groupBy(told, ({ istiod }) => istiod)].map(
    ([istiod, its]) => [istiod, latest(its.map(sentAt))] as const,
  )
  const isBehind = (istiod: ProxyStatus['istiod'], last: number) =>
    [...kinds.values()].some((alike) => {
      const others = alike.filter((proxy) => proxy.istiod !== istiod)
      const sentSince = others.filter((proxy) => sentAt(proxy) - last >= late)
      return others.length < alike.length && sentSince.length * 2 > others.length
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
