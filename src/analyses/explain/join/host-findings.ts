import type { JsonObject } from '../../../envoy/json.ts'
import { type Host, hostAddressText, hostsOfStatus } from '../../../envoy/model/hosts.ts'
import { clusterStatus } from '../../../semantics/clusters/cluster-status.ts'
import { limitsInUse } from '../../../semantics/clusters/limits-in-use.ts'
import { limitNouns } from '../../../semantics/reasons/limit-in-use.ts'
import { flagsOf } from '../knowledge/response-flags.ts'
import type { FailureKind } from '../tally/failure-kind.ts'
import type { Finding } from './finding.ts'
import { type HostAttempts, hostAttempts } from './host-attempts.ts'

/** A host with what it counts. */
interface CountedHost extends HostAttempts {
  readonly host: Host
  readonly address: string
}

const maxNamed = 3

/**
 * What the hosts of a kind's cluster count: whether one fails or all do, which are not healthy, what is in use of circuit breakers.
 * @param statuses each `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 * @param uptime of the proxy, in words: its counters are as old
 */
export function hostFindings(
  { key }: FailureKind,
  statuses: readonly JsonObject[],
  uptime: string | undefined,
): readonly Finding[] {
  const status = key.cluster === undefined ? undefined : clusterStatus(statuses, key.cluster)
  if (key.cluster === undefined || status === undefined) return []
  const hosts = hostsOfStatus(status).map(counted)
  const since = uptime === undefined ? 'since the proxy started' : `in the ${uptime} since the proxy started`
  return [...failing(hosts, since), ...unhealthy(hosts), ...(isOverflow(key) ? inUse(key.cluster, statuses) : [])]
}

function counted(host: Host): CountedHost {
  return { host, address: hostAddressText(host), ...hostAttempts(host.source) }
}

function failing(hosts: readonly CountedHost[], since: string): Finding[] {
  const asked = hosts.filter(({ attempts, failedConnections }) => attempts + failedConnections > 0)
  const bad = asked.filter(({ failures, failedConnections }) => failures + failedConnections > 0)
  if (bad.length === 0) return []
  const named = bad
    .toSorted((a, b) => b.failures + b.failedConnections - a.failures - a.failedConnections)
    .slice(0, maxNamed)
    .map(hostText)
    .join('; ')
  const more = bad.length > maxNamed ? ` and ${bad.length - maxNamed} more` : ''
  if (bad.length === asked.length && asked.length > 1)
    return [
      { code: 'all-hosts', text: `all ${asked.length} hosts that were asked had failures ${since}: ${named}${more}` },
    ]
  const others = asked.length - bad.length
  const rest = others === 0 ? '' : `; the other ${others} none`
  return [{ code: 'one-host', text: `${since}, ${named}${more}${rest}` }]
}

function hostText({ address, attempts, failures, failedConnections }: CountedHost): string {
  const connections = failedConnections === 0 ? '' : `, ${failedConnections} connections failed`
  return `${address}: ${failures} of ${attempts} requests failed${connections}`
}

function unhealthy(hosts: readonly CountedHost[]): Finding[] {
  const bad = hosts.flatMap(({ host, address }) => {
    const causes = [
      ...(host.ejected ? ['ejected by outlier detection'] : []),
      ...host.health.filter((word) => word !== 'HEALTHY' && word !== 'UNKNOWN').map((word) => word.toLowerCase()),
    ]
    return causes.length === 0 ? [] : [`${address} (${causes.join(', ')})`]
  })
  if (bad.length === 0) return []
  const more = bad.length > maxNamed ? ` and ${bad.length - maxNamed} more` : ''
  return [
    {
      code: 'hosts-unhealthy',
      text: `${bad.length} of ${hosts.length} hosts are not healthy: ${bad.slice(0, maxNamed).join(', ')}${more}`,
    },
  ]
}

/** A circuit breaker was open. */
function isOverflow({ flags }: FailureKind['key']): boolean {
  return flagsOf(flags).some(({ flag }) => flag === 'UO')
}

function inUse(cluster: string, statuses: readonly JsonObject[]): Finding[] {
  const limits = limitsInUse(cluster, statuses, 'DEFAULT').filter(({ max }) => max < 4_294_967_295)
  if (limits.length === 0) return []
  const text = limits.map(({ limit, inUse: used, max }) => `${used} of ${max} ${limitNouns[limit]}`).join(', ')
  return [{ code: 'limits-in-use', text: `in use when /clusters was read: ${text}` }]
}
