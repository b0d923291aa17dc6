import { nodeOf } from '../../envoy/dump/bootstrap-node.ts'
import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { istioNodeId } from '../../envoy/dump/node-id.ts'
import { isObject, type JsonObject, objectOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { parseIp } from '../../envoy/model/ip.ts'
import { restoresDestination } from '../listener-filters/inspect.ts'
import { boundListeners, type Listener, missingListeners } from './listeners.ts'

/**
 * Port of the listener that iptables redirects the workload's traffic to; undefined for a proxy without such a listener (a gateway).
 * Told by the original destination and by the direction that the control plane wrote down, or by the listener's name.
 */
export function capturePort(dump: ConfigDump, direction: 'inbound' | 'outbound'): number | undefined {
  const found = capturingListeners(dump)
  const way = (listener: Listener): boolean => directionOf(listener) === direction
  // The one listener of Istio 1.3 and before takes both directions.
  const both = found.filter((listener) => directionOf(listener) === undefined)
  return (found.find(way) ?? both[0])?.addresses[0]?.port
}

/** Those that serve, then those that warm or were rejected: iptables redirects to their port all the same. */
const capturingListeners = memoizeByObject((dump: ConfigDump): readonly Listener[] =>
  [...boundListeners(dump), ...missingListeners(dump).filter(({ binds }) => binds)].filter(({ resource }) =>
    restoresDestination(resource),
  ),
)

/** The workload's own address, from the node id (`sidecar~10.0.0.5~pod.ns~domain`) or metadata that Istio gives its proxies. */
export function podAddress(dump: ConfigDump): string | undefined {
  const node = nodeOf(dump)
  const inId = istioNodeId(stringOf(node.id) ?? '')?.address
  const instances = objectOf(node.metadata).INSTANCE_IPS
  const listed = stringsOf(instances).flatMap((text) => text.split(','))
  return [inId, ...listed].find((address) => address !== undefined && parseIp(address) !== undefined)
}

/** The namespace and the labels of the workload, from the node that Istio gives its proxies. */
export function workloadOf(dump: ConfigDump): {
  readonly namespace: string | undefined
  readonly labels: JsonObject | undefined
} {
  const { NAMESPACE, LABELS } = objectOf(nodeOf(dump).metadata)
  return { namespace: stringOf(NAMESPACE), labels: isObject(LABELS) ? LABELS : undefined }
}

function directionOf({ resource, name }: Listener): 'inbound' | 'outbound' | undefined {
  const direction = stringOf(resource.traffic_direction)
  if (direction === 'OUTBOUND') return 'outbound'
  if (direction === 'INBOUND') return 'inbound'
  if (/outbound|egress/i.test(name)) return 'outbound'
  return /inbound|ingress|public/i.test(name) ? 'inbound' : undefined
}
