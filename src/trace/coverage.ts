import type { ConfigDump } from '../envoy/config-dump.ts'
import { objectsOf, stringOf } from '../envoy/json.ts'
import { serves } from './dump-index.ts'
import { routeLabel } from './route-selection.ts'
import type { Trace } from './trace-result.ts'

/** How many of the routes that a proxy has loaded were taken by some request. */
export interface Coverage {
  readonly covered: number
  readonly total: number
  /** `route configuration / virtual host / route` of those that no request took. */
  readonly missing: readonly string[]
}

/** Routes covered by traces over one dump. @param only names of the route configurations that count; all when absent */
export function routeCoverage(dump: ConfigDump, traces: readonly Trace[], only?: readonly string[]): Coverage {
  const taken = new Set(
    traces
      .flatMap(({ alternatives }) => alternatives.flatMap(({ hops }) => hops))
      .filter(({ routeIndex }) => routeIndex !== undefined)
      .map(({ routeConfiguration = '', virtualHost = '', routeIndex = 0 }) =>
        key(routeConfiguration, virtualHost, routeIndex),
      ),
  )
  let total = 0
  const missing: string[] = []
  for (const { name, resource } of dump.entries('routes').filter(serves)) {
    if (only !== undefined && !only.includes(name)) continue
    for (const virtualHost of objectsOf(resource.virtual_hosts)) {
      const hostName = stringOf(virtualHost.name) ?? ''
      for (const [index, route] of objectsOf(virtualHost.routes).entries()) {
        total++
        if (!taken.has(key(name, hostName, index))) missing.push(`${name} / ${hostName} / ${routeLabel(route, index)}`)
      }
    }
  }
  return { covered: total - missing.length, total, missing }
}

function key(routeConfiguration: string, virtualHost: string, index: number): string {
  return JSON.stringify([routeConfiguration, virtualHost, index])
}
