import type { ConfigDump } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { memoizeByObject } from '../../envoy/memoize-by-object.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import type { ListenerSide } from './listener-side.ts'
import { objectBehind } from './object-behind.ts'
import type { ManagerPlace, Reach, RoutePlace, TablePlace, VirtualHostPlace } from './places.ts'

/**
 * The route configurations of a dump: those of RDS with the connection managers that name them, directly or by a scope, and those that
 * stand in a connection manager. Envoy's section lists the latter as well, as static and without saying whose they are: these are used
 * only where the dump has no listeners.
 */
export function tablePlaces(dump: ConfigDump, { managers }: ListenerSide): readonly TablePlace[] {
  const hasListeners = dump.has('listeners')
  const inline = managers.flatMap((manager) => {
    const table = manager.manager.route_config
    return isObject(table) ? [placeOf(table, stringOf(table.name) ?? '', [manager], manager.reach)] : []
  })
  const users = usersByName(dump, managers)
  const discovered = dump
    .entries('routes')
    .filter((entry) => serves(entry) && (entry.state !== 'static' || !hasListeners))
    .map((entry) => {
      const own = users.get(entry.name) ?? []
      return placeOf(entry.resource, entry.name, own, own[0]?.reach ?? (hasListeners ? 'nothing' : 'unknown'))
    })
  return [...inline, ...discovered]
}

/**
 * The connection managers that use each route configuration of RDS, each once. Those that get their names from one place share a list,
 * so that what rules ask of it is worked out once, however many scopes name the same route configuration.
 */
function usersByName(
  dump: ConfigDump,
  managers: readonly ManagerPlace[],
): ReadonlyMap<string, readonly ManagerPlace[]> {
  const sources = new Map<unknown, { readonly names: ReadonlySet<string>; readonly managers: ManagerPlace[] }>()
  for (const manager of managers) {
    const names = namesOf(manager.manager, dump)
    const known = sources.get(names.source)
    if (known === undefined) sources.set(names.source, { names: names.names, managers: [manager] })
    else known.managers.push(manager)
  }
  const users = new Map<string, readonly ManagerPlace[]>()
  for (const { names, managers: own } of sources.values())
    for (const name of names) {
      const same = users.get(name)
      users.set(name, same === undefined ? own : [...same, ...own])
    }
  return users
}

/** The names of route configurations that a connection manager uses, and what is the same for all managers that have them from one place. */
function namesOf({ rds, scoped_routes }: JsonObject, dump: ConfigDump) {
  const name = stringOf(objectOf(rds).route_config_name)
  if (name !== undefined) return { source: name, names: new Set([name]) }
  const scopes = isObject(scoped_routes) ? scopesOf(scoped_routes, dump) : []
  return { source: scopes, names: namedByScopes(scopes) }
}

const namedByScopes = memoizeByObject(
  (scopes: readonly JsonObject[]): ReadonlySet<string> =>
    new Set(scopes.flatMap((scope) => stringOf(scope.route_configuration_name) ?? [])),
)

/** The scopes of a connection manager: those that stand in it, else those that were discovered under its name, which is one list. */
export function scopesOf(scopedRoutes: JsonObject, dump: ConfigDump): readonly JsonObject[] {
  const inline = objectsOf(objectOf(scopedRoutes.scoped_route_configurations_list).scoped_route_configurations)
  if (inline.length > 0) return inline
  const bySet = discoveredScopes(dump)
  return bySet.get(scopedRoutes.name) ?? bySet.get(undefined) ?? none
}

const none: readonly JsonObject[] = []

/** Discovered scopes by the name of their set; those of a set without a name are every connection manager's that has no other. */
const discoveredScopes = memoizeByObject((dump: ConfigDump): ReadonlyMap<Json | undefined, readonly JsonObject[]> => {
  const bySet = Map.groupBy(dump.entries('scopedRoutes').filter(serves), ({ wrapper }) => wrapper.name)
  return new Map([...bySet].map(([name, own]) => [name, own.map(({ resource }) => resource)]))
})

function placeOf(table: JsonObject, name: string, managers: readonly ManagerPlace[], reach: Reach): TablePlace {
  return { name, table, managers, resource: `routes/${name}`, path: '', object: objectBehind(table), reach }
}

/** The virtual hosts of a route configuration. */
export function virtualHostsOf(of: TablePlace): VirtualHostPlace[] {
  return objectsOf(of.table.virtual_hosts).map((virtualHost, at) => {
    const domains = stringsOf(virtualHost.domains)
    const [domain] = domains
    const reach = typeof of.reach === 'object' && domain !== undefined ? { ...of.reach, domain } : of.reach
    const path = stringOf(virtualHost.name) || `virtual host ${at + 1}`
    return new VirtualHostAt({ of, virtualHost, domains, path, reach })
  })
}

/** The object behind a place is worked out when something is found there: a mesh has hundreds of thousands of routes. */
class VirtualHostAt implements VirtualHostPlace {
  readonly of: TablePlace
  readonly virtualHost: JsonObject
  readonly domains: readonly string[]
  readonly resource: string
  readonly path: string
  readonly reach: Reach

  constructor({ of, virtualHost, domains, path, reach }: Omit<VirtualHostPlace, 'resource' | 'object'>) {
    this.of = of
    this.virtualHost = virtualHost
    this.domains = domains
    this.resource = of.resource
    this.path = path
    this.reach = reach
  }

  get object(): string {
    return objectBehind(this.virtualHost) || this.of.object
  }
}

/** The routes of a virtual host in Envoy's order; those of a matcher tree are not among them. */
export function routesOf(of: VirtualHostPlace): RoutePlace[] {
  return objectsOf(of.virtualHost.routes).map((route, index) => new RouteAt(of, route, index))
}

class RouteAt implements RoutePlace {
  readonly of: VirtualHostPlace
  readonly route: JsonObject
  readonly index: number
  readonly match: JsonObject
  readonly action: JsonObject
  readonly resource: string
  readonly reach: Reach

  constructor(of: VirtualHostPlace, route: JsonObject, index: number) {
    this.of = of
    this.route = route
    this.index = index
    this.match = objectOf(route.match)
    this.action = objectOf(route.route)
    this.resource = of.resource
    this.reach = of.reach
  }

  get path(): string {
    return `${this.of.path}/${stringOf(this.route.name) || `route ${this.index + 1}`}`
  }

  get object(): string {
    return objectBehind(this.route, { routeName: stringOf(this.route.name) }) || this.of.object
  }
}
