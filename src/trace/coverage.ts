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

/** Counts the routes that traces take, one trace after the other. */
export interface RouteCount {
  add(trace: Trace): void
  coverage(): Coverage
}

/** Starts a count over one dump. */
export function routeCount(dump: ConfigDump): RouteCount {
  const taken = new Set<string>()
  return {
    add({ alternatives }) {
      for (const { routeConfiguration = '', virtualHost = '', routeIndex } of alternatives.flatMap(
        ({ hops }) => hops,
      )) {
        if (routeIndex !== undefined) taken.add(key(routeConfiguration, virtualHost, routeIndex))
      }
    },
    coverage() {
      let total = 0
      const missing: string[] = []
      for (const { name, resource } of dump.entries('routes').filter(serves)) {
        for (const virtualHost of objectsOf(resource.virtual_hosts)) {
          const host = stringOf(virtualHost.name) ?? ''
          for (const [index, route] of objectsOf(virtualHost.routes).entries()) {
            total++
            if (!taken.has(key(name, host, index))) missing.push(`${name} / ${host} / ${routeLabel(route, index)}`)
          }
        }
      }
      return { covered: total - missing.length, total, missing }
    },
  }
}

function key(routeConfiguration: string, virtualHost: string, index: number): string {
  return JSON.stringify([routeConfiguration, virtualHost, index])
}
