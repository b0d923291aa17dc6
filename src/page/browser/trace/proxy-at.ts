import type { AskedProxy } from '../../../analyses/trace/question/ask-trace.ts'
import type { PageData, PageProxy } from '../proxies.ts'

/** Finds the proxies that a request goes on to among those of the page. */
export interface ProxiesOnWay {
  /** The proxy at an IP address, in the Kubernetes cluster of the first one. */
  at(address: string): Promise<AskedProxy | undefined>
  /** What a reader must know of what was found: an address that no proxy has, or several. */
  readonly notes: readonly string[]
}

export function proxiesOnWay(page: PageData, first: PageProxy): ProxiesOnWay {
  const notes = new Set<string>()
  const { context } = first.facts
  const near = page.proxies.filter(({ facts }) => facts.context === context)
  return {
    async at(address) {
      const [found, ...others] = near.filter(({ facts }) => facts.addresses?.includes(address))
      if (found === undefined) {
        notes.add(`No proxy of this page has the address ${address}: the request is not followed further.`)
        return undefined
      }
      if (others.length > 0)
        notes.add(
          `${[found, ...others].map(({ id }) => id).join(', ')} have the address ${address}: ${found.id} is taken.`,
        )
      return askedProxy(found, page)
    },
    get notes() {
      return [...notes]
    },
  }
}

/** A proxy of the page with what a trace needs of it. */
export async function askedProxy(proxy: PageProxy, { now }: PageData): Promise<AskedProxy> {
  const [dump, facts] = await Promise.all([proxy.dump(), proxy.traceFacts()])
  const statuses = dump.has('clusterStatuses')
    ? dump.entries('clusterStatuses').map(({ resource }) => resource)
    : undefined
  const { stats, annotations, savedAt } = facts
  const saved = savedAt === undefined ? undefined : new Date(savedAt)
  return {
    label: proxy.id,
    dump,
    clusters: statuses && { cluster_statuses: [...statuses] },
    stats,
    annotations,
    now,
    savedAt: saved && (() => saved),
  }
}
