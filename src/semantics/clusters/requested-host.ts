import { type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { metadataValue } from '../matching/metadata-match.ts'
import type { EndpointChoices } from '../reasons/choice-reasons.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { ClusterCall } from './cluster-call.ts'
import type { Host } from './hosts.ts'
import { lbPolicies } from './lb-policy.ts'

/** What a request that names its endpoint comes to. */
export interface RequestedHost {
  /** Absent when the endpoint named is not available: the policy of the cluster chooses, unless the session is `strict`. */
  readonly host?: Host | undefined
  readonly strict?: boolean
  readonly reason: Reason<keyof EndpointChoices>
}

/**
 * The endpoint that a request names: by a session (stateful_session), then by the sources of the OverrideHost policy. Undefined when it
 * names none. (HostUtility::selectOverrideHost, OverrideHostLoadBalancer::chooseHost)
 * @param hosts all hosts of the cluster, whatever their subset
 */
export function requestedHost(
  cluster: JsonObject,
  call: ClusterCall,
  hosts: readonly Host[],
): RequestedHost | undefined {
  const { session } = call
  if (session !== undefined) {
    const { address, strict } = session
    const host = hosts.find(({ label }) => label === address)
    if (host !== undefined && sessionTakes(cluster, host))
      return { host, reason: because('endpoint-of-session', { address }) }
    const overridden = strict ? undefined : byPolicy(cluster, call, hosts)
    return overridden ?? { strict, reason: because('endpoint-of-session-unavailable', { address, strict }) }
  }
  return byPolicy(cluster, call, hosts)
}

/** By `override_host_status` of the cluster; a dump tells UNKNOWN from HEALTHY only where the cluster's own assignment does. */
function sessionTakes(cluster: JsonObject, { health, excluded }: Host): boolean {
  const { override_host_status: status } = objectOf(cluster.common_lb_config)
  if (status === undefined) return health !== 'unhealthy'
  const statuses = stringsOf(objectOf(status).statuses)
  const wanted = {
    healthy: ['HEALTHY', 'UNKNOWN'],
    degraded: ['DEGRADED'],
    unhealthy: excluded ? ['DRAINING'] : ['UNHEALTHY', 'TIMEOUT'],
  }[health]
  return wanted.some((name) => statuses.includes(name))
}

/** The first address of all sources that the cluster has, healthy or not. */
function byPolicy(cluster: JsonObject, call: ClusterCall, hosts: readonly Host[]): RequestedHost | undefined {
  const [outermost] = lbPolicies(cluster)
  if (outermost?.name !== 'OverrideHost') return undefined
  const sources = objectsOf(outermost.config.override_host_sources)
  const addresses = sources.flatMap((source) => addressesIn(source, call))
  if (addresses.length === 0) {
    return { reason: because('override-host-absent', { sources: sources.map(sourceText) }) }
  }
  const host = addresses.map((address) => hosts.find(({ label }) => label === address)).find((one) => one !== undefined)
  if (host === undefined) return { reason: because('override-host-unknown', { addresses }) }
  return { host, reason: because('endpoint-by-override-host', { address: host.label }) }
}

/** Of a header the first value counts; addresses stand between commas. */
function addressesIn({ header, metadata }: JsonObject, { headers, metadata: known }: ClusterCall): string[] {
  const name = stringOf(header)
  const value: Json | undefined = name ? headers?.first(name) : metadataValue(known, objectOf(metadata))
  if (typeof value !== 'string') return []
  return value
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
}

function sourceText({ header, metadata }: JsonObject): string {
  const { key, path } = objectOf(metadata)
  if (stringOf(header)) return `header ${stringOf(header)}`
  return `dynamic metadata ${[stringOf(key), ...objectsOf(path).map((segment) => stringOf(segment.key))].join('.')}`
}
