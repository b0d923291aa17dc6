import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { conditionTexts, destinationText, pathText } from '../text/route-text.ts'
import { matcherLeaves } from './matcher-leaves.ts'

/** A route of a virtual host, with the conditions that lead to it. */
export interface HostRoute {
  readonly host: JsonObject
  /** Undefined for a virtual host that has no routes: it answers 404. */
  readonly route: JsonObject | undefined
  readonly match: string
  readonly destination: string
}

/** The routes of a route configuration: virtual hosts as they come, routes in the order in which Envoy tries them. */
export function hostRoutes(routeConfig: JsonObject): HostRoute[] {
  return objectsOf(routeConfig.virtual_hosts).flatMap((host) => {
    const routes = [...objectsOf(host.routes).map((route) => routeOf(host, route, [])), ...treeRoutes(host)]
    return routes.length > 0 ? routes : [{ host, route: undefined, match: '/*', destination: 'direct response 404' }]
  })
}

function routeOf(host: JsonObject, route: JsonObject, before: readonly string[]): HostRoute {
  const match = objectOf(route.match)
  const conditions = [...before, pathText(match), ...conditionTexts(match)]
  return { host, route, match: conditions.filter(Boolean).join(' '), destination: destinationText(route) }
}

/** The routes of a `VirtualHost.matcher` tree. */
function treeRoutes(host: JsonObject): HostRoute[] {
  if (!isObject(host.matcher)) return []
  return matcherLeaves(host.matcher).flatMap(({ condition, action }) => {
    if (action.message === 'RouteList') {
      return objectsOf(action.config.routes).map((route) => routeOf(host, route, [condition]))
    }
    if (action.message === 'Route') return [routeOf(host, action.config, [condition])]
    return [{ host, route: {}, match: condition, destination: action.message }]
  })
}

/**
 * A virtual host's domains as istioctl prints them: names that only add a port or a longer form of a name already there are
 * left out, the first two are shown, the rest counted.
 */
export function domainsText(host: JsonObject): string {
  const all = stringsOf(host.domains)
  if (all.length <= 1) return all[0] ?? ''
  const listed = new Set(all)
  const short = all.filter((domain) => {
    if (domain.includes(':') && !isBareIpv6(domain)) return false
    return !isLongFormOfAnother(domain, listed)
  })
  const rest = short.length - 2
  return short.slice(0, 2).join(', ') + (rest > 0 ? ` + ${rest} more...` : '')
}

function isBareIpv6(domain: string): boolean {
  return domain.split(':').length > 3 && domain.endsWith(']')
}

function isLongFormOfAnother(domain: string, listed: ReadonlySet<string>): boolean {
  return ['.svc.cluster.local', '.svc'].some(
    (suffix) => domain.endsWith(suffix) && listed.has(domain.slice(0, -suffix.length)),
  )
}

export function hostName(host: JsonObject): string {
  return stringOf(host.name) ?? ''
}
