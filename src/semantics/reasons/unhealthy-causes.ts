/**
 * What makes a host unhealthy: outlier detection, the proxy's own checks of it (`check-failed-at-once`: by the response header
 * x-envoy-immediate-health-check-fail), or the control plane's word. (envoy.admin.v3.HostHealthStatus)
 */
export type UnhealthyCause =
  | 'ejected'
  | 'check-failed'
  | 'check-failed-at-once'
  | 'check-pending'
  | 'eds-unhealthy'
  | 'eds-draining'
  | 'eds-timeout'

/** How many of the hosts have a cause. */
export interface CauseCount {
  readonly cause: UnhealthyCause
  readonly endpoints: number
}

export const unhealthyTexts: Readonly<Record<UnhealthyCause, string>> = {
  ejected: 'ejected by outlier detection',
  'check-failed': 'active health check failed',
  'check-failed-at-once': 'taken out by its own x-envoy-immediate-health-check-fail',
  'check-pending': 'first active health check not done',
  'eds-unhealthy': 'UNHEALTHY, says the control plane',
  'eds-draining': 'DRAINING, says the control plane',
  'eds-timeout': 'TIMEOUT, says the control plane',
}

/** `unhealthy` where no cause is known, else the causes. */
export function unhealthyText(causes: readonly UnhealthyCause[]): string {
  return causes.length === 0 ? 'unhealthy' : causes.map((cause) => unhealthyTexts[cause]).join(', ')
}

/** The causes of several hosts, the most frequent first. */
export function countCauses(hosts: readonly { readonly unhealthyCauses: readonly UnhealthyCause[] }[]): CauseCount[] {
  const counts = new Map<UnhealthyCause, number>()
  for (const cause of hosts.flatMap(({ unhealthyCauses }) => unhealthyCauses))
    counts.set(cause, (counts.get(cause) ?? 0) + 1)
  return [...counts].map(([cause, endpoints]) => ({ cause, endpoints })).sort((a, b) => b.endpoints - a.endpoints)
}
