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
  if (told.filter(isLate).length * 2 >= told.length) return proxies
  const byReplica = Map.groupBy(proxies, ({ istiod }) => istiod)
  const newestOf = new Map([...byReplica].map(([istiod, its]) => [istiod, latest(its.map(sentAt))]))
  const ago = (time: number) => humanDuration(now.getTime() - time)
  return proxies.map((proxy) => {
    const [own, replica] = [sentAt(proxy), newestOf.get(proxy.istiod) ?? 0]
    if (!isLate(own)) return proxy
    const note = isLate(replica)
      ? `${proxy.istiod} last sent CDS or LDS ${ago(replica)} ago, another replica ${ago(newest)} ago: it may be cut off from the API server`
      : `CDS and LDS were last sent ${ago(own)} ago, to others ${ago(newest)} ago`
    return { ...proxy, notes: [...proxy.notes, note] }
  })
}

/** Milliseconds since the epoch; 0 when never. */
function sentAt({ types }: ProxyStatus): number {
  return latest(pushedToAll.map((type) => types.get(type)?.sentTime?.getTime() ?? 0))
}

function latest(times: readonly number[]): number {
  return times.reduce((a, b) => Math.max(a, b), 0)
}
