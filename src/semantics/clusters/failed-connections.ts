import type { JsonObject } from '../../envoy/json.ts'
import { hostAddressText, hostsOfStatus } from '../../envoy/model/hosts.ts'
import { hostCounts } from '../../envoy/proto-json/host-counts.ts'

/** A host to which no connection has ever succeeded. */
export interface FailedHost {
  /** As Envoy prints it. */
  readonly address: string
  /** How many connections to it failed since the cluster has it, TLS handshakes among them. */
  readonly failed: number
}

/**
 * The hosts of a cluster to which every connection failed since the cluster has them.
 * @param status `envoy.admin.v3.ClusterStatus` of a reply to `/clusters`
 */
export function hostsNeverReached(status: JsonObject): readonly FailedHost[] {
  return hostsOfStatus(status).flatMap((host) => {
    const counts = hostCounts(host.source)
    const failed = counts.get('cx_connect_fail') ?? 0
    return failed > 0 && failed >= (counts.get('cx_total') ?? 0) ? [{ address: hostAddressText(host), failed }] : []
  })
}
