import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { stringOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
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

function directionOf({ resource, name }: Listener): 'inbound' | 'outbound' | undefined {
  const direction = stringOf(resource.traffic_direction)
  if (direction === 'OUTBOUND') return 'outbound'
  if (direction === 'INBOUND') return 'inbound'
  if (/outbound|egress/i.test(name)) return 'outbound'
  return /inbound|ingress|public/i.test(name) ? 'inbound' : undefined
}
