import type { Entry } from '../../../envoy/dump/config-dump.ts'
import { objectsOf, stringOf } from '../../../envoy/json.ts'
import { routeLabel } from '../../../semantics/routes/route-selection.ts'
import type { Trace } from '../../../walk/trace-result.ts'

/** How many of the routes that a proxy has loaded were taken by some request. */
export interface Coverage {
  readonly covered: number
  readonly total: number
  /** `route configuration / virtual host / route` of those that no request took. */
  readonly missing: readonly string[]
}

/** Counts the routes that requests take, one after the other. */
export interface RouteCount {
  add(trace: Trace): void
  /** @param index place of the route in its virtual host; undefined when none was taken */
  take(routeConfiguration: string, virtualHost: string, index: number | undefined): void
  coverage(): Coverage
}

/** Starts a count. @param tables the route configurations that count; asked for when the coverage is */
export function routeCount(tables: () => readonly Entry[]): RouteCount {
  const taken = new Set<string>()
  const take: RouteCount['take'] = (routeConfiguration, virtualHost, index) => {
    if (index !== undefined) taken.add(key(routeConfiguration, virtualHost, index))
  }
  return {
    take,
    add({ alternatives }) {
      for (const { routeConfiguration = '', virtualHost = '', routeIndex } of alternatives.flatMap(({ hops }) => hops))
        take(routeConfiguration, virtualHost, routeIndex)
    },
    coverage() {
      let total = 0
      const missing: string[] = []
      for (const { name, resource } of tables()) {
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
