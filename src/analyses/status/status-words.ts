import type { Status } from './proxy-status.ts'

/** What a proxy, or one of its types, can be. */
export const statuses: readonly Status[] = [
  'SYNCED',
  'WARMING',
  'STALE',
  'NOT SENT',
  'ERROR',
  'IGNORED',
  'NOT CONNECTED',
  'UNKNOWN',
]

/** `not sent` in any case, with a space or a dash. */
export const statusWords = statuses.map((status) => status.toLowerCase().replace(' ', '-'))

/** Kinds of proxies, as istiod calls them. */
export const proxyTypes = ['sidecar', 'router', 'waypoint', 'ztunnel']
