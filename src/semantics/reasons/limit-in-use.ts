export type LimitName = 'max_connections' | 'max_pending_requests' | 'max_requests'

/** A circuit breaker of a cluster, with what its hosts had of it when `/clusters` was read. */
export interface LimitInUse {
  readonly cluster: string
  readonly limit: LimitName
  readonly inUse: number
  readonly max: number
}

export const limitNouns: Readonly<Record<LimitName, string>> = {
  max_connections: 'connections',
  max_pending_requests: 'waiting requests',
  max_requests: 'requests',
}

/** What comes on top of a limit. (ConnPoolImplBase, which opens one connection to a host all the same for HTTP) */
export function beyondLimit(limit: LimitName, isHttp: boolean): string {
  if (!isHttp) return limit === 'max_connections' ? 'one more is closed, UO' : 'one more is closed, URX'
  return limit === 'max_connections' ? 'more requests wait for one of them' : 'one more is answered 503 UO'
}
