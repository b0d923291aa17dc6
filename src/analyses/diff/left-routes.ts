import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { namesInUse } from '../../envoy/dump/names-in-use.ts'

/**
 * Route configurations of an Envoy without those that no listener of its own names any more, and that the control plane does not send:
 * Envoy keeps them while filter chains from before an update drain.
 */
export function withoutLeftRoutes(
  used: ReadonlyMap<string, Entry>,
  sent: ReadonlyMap<string, Entry>,
  envoy: ConfigDump,
): ReadonlyMap<string, Entry> {
  if ([...used.keys()].every((name) => sent.has(name))) return used
  const named = namesInUse(envoy, 'routes')
  return new Map([...used].filter(([name]) => sent.has(name) || named.has(name)))
}
