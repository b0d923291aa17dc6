import { fragmentOf } from '../../read/place.ts'
import type { GraphNode } from './graph-model.ts'

/** What of a proxy's graph is shown, as the query of its address. */
export interface GraphPlace {
  readonly listener?: string | undefined
  readonly search?: string | undefined
  /** Clusters whose endpoints are a node each. */
  readonly open: readonly string[]
}

/** Reads the query of an address; what it does not know it leaves alone. */
export function graphPlaceOf(query: URLSearchParams): GraphPlace {
  return {
    listener: query.get('listener') ?? undefined,
    search: query.get('search') ?? undefined,
    open: query.getAll('open'),
  }
}

/** The address of a part of a proxy's graph. */
export function graphAddress(proxy: string, { listener, search, open }: GraphPlace): string {
  const query = new URLSearchParams()
  if (listener !== undefined) query.append('listener', listener)
  if (search !== undefined && search !== '') query.append('search', search)
  for (const cluster of open) query.append('open', cluster)
  return fragmentOf(['proxy', proxy, 'graph'], query)
}

/** Where a node leads: folded endpoints to the same graph with each of them, others to their resource. */
export function nodeAddress(proxy: string, place: GraphPlace, { folded, resource }: GraphNode): string | undefined {
  if (folded !== undefined) {
    const open = place.open.includes(folded)
      ? place.open.filter((cluster) => cluster !== folded)
      : [...place.open, folded]
    return graphAddress(proxy, { ...place, open })
  }
  return resource === undefined ? undefined : fragmentOf(['proxy', proxy, resource.kind, resource.name])
}
