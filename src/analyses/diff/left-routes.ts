import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import type { Json } from '../../envoy/json.ts'

/**
 * Route configurations of an Envoy without those that no listener of its own names any more, and that the control plane does not send:
 * Envoy keeps them while filter chains from before an update drain, which can take ten minutes (`--drain-time-s`).
 */
export function withoutLeftRoutes(
  used: ReadonlyMap<string, Entry>,
  sent: ReadonlyMap<string, Entry>,
  envoy: ConfigDump,
): ReadonlyMap<string, Entry> {
  if ([...used.keys()].every((name) => sent.has(name))) return used
  const named = new Set<string>()
  for (const kind of ['listeners', 'scopedRoutes'] as const) {
    if (!envoy.has(kind)) continue
    for (const { state, resource } of envoy.entries(kind)) if (state !== 'draining') addNamed(resource, named)
  }
  return new Map([...used].filter(([name]) => sent.has(name) || named.has(name)))
}

/** Fields that name a route configuration. (Rds, ScopedRouteConfiguration; filters may hold a connection manager) */
const fields: ReadonlySet<string> = new Set(['route_config_name', 'route_configuration_name'])

function addNamed(value: Json | undefined, named: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && fields.has(key)) named.add(inner)
    else addNamed(inner, named)
  }
}
