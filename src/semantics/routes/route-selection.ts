import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { hostWithoutPort } from '../http/host-normalization.ts'
import { authorityOf, type DecodedRequest } from '../matching/http-headers.ts'
import { inputsFrom } from '../matching/matcher-inputs.ts'
import { evaluateMatcher } from '../matching/matcher-tree.ts'
import { endWith, type RequestEnd, undecidableOutcome } from '../outcome.ts'
import { because } from '../reasons/reason.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'
import { findVirtualHost, passedOverHosts } from './domain-search.ts'
import { describePath, type Mismatch, mismatchOf, type RouteContext } from './route-match.ts'

export interface SelectedVirtualHost {
  readonly virtualHost: JsonObject
  readonly name: string
  readonly domain: string
}

export interface SelectedRoute {
  readonly route: JsonObject
  readonly name: string
  /** Place in the virtual host; undefined when a matcher tree named the route. */
  readonly index: number | undefined
}

/** A route whose path fits, and what else did not. */
export interface NearMiss {
  readonly route: string
  readonly reason: Mismatch
}

export interface RouteSearch {
  readonly selected: SelectedRoute | undefined
  readonly nearMisses: readonly NearMiss[]
}

/** The virtual host of the request; undefined when no domain fits. */
export function selectVirtualHost(
  routeConfiguration: JsonObject,
  { request }: RouteContext,
): SelectedVirtualHost | undefined {
  const byHeader = stringOf(routeConfiguration.vhost_header)
  const named = byHeader ? request.headers.first(byHeader) : hostNamed(routeConfiguration, request)
  // Without the header not even `*` matches the request.
  if (named === undefined) return undefined
  const host = routeConfiguration.ignore_port_in_host_matching === true ? hostWithoutPort(named) : named
  const found = findVirtualHost(routeConfiguration, host.toLowerCase())
  if (found === undefined) return undefined
  return { ...found, name: stringOf(found.virtualHost.name) ?? '' }
}

/** Where every domain is `*`, any host has the same virtual host. @throws UnknownValue where the host decides and is not known */
function hostNamed(routeConfiguration: JsonObject, request: DecodedRequest): string {
  const domains = objectsOf(routeConfiguration.virtual_hosts).flatMap(({ domains }) => stringsOf(domains))
  const isAlike = request.authority === undefined && domains.every((domain) => domain === '*')
  return isAlike ? '*' : authorityOf(request)
}

/** The first route of the virtual host that matches the request. No other virtual host is tried when there is none. */
export function selectRoute(virtualHost: JsonObject, context: RouteContext): RouteSearch | RequestEnd {
  if (isObject(virtualHost.matcher)) return selectByMatcher(virtualHost.matcher, context)
  const nearMisses: NearMiss[] = []
  for (const [index, route] of objectsOf(virtualHost.routes).entries()) {
    const mismatch = mismatchOf(objectOf(route.match), context)
    if (mismatch === undefined) return { selected: { route, name: stringOf(route.name) ?? '', index }, nearMisses }
    if (mismatch.unknown !== undefined)
      return undecidedRoute(routeLabel(route, index), mismatch.args.needed, mismatch.unknown)
    if (mismatch.code !== 'route-path-not-matched')
      nearMisses.push({ route: routeLabel(route, index), reason: mismatch })
  }
  return { selected: undefined, nearMisses }
}

function undecidedRoute(label: string, wanted: string, unknown: UnknownFact): RequestEnd {
  const reason = because('route-depends-on-unknown', { route: label, wanted, unknown: [unknown] })
  return endWith(undecidableOutcome(`${unknown}_unknown`, reason))
}

/** Routes after the selected one that would take the request as well: the selected one shadows them. */
export function shadowedRoutes(
  virtualHost: JsonObject,
  selected: SelectedRoute,
  context: RouteContext,
): readonly string[] {
  if (selected.index === undefined) return []
  const first = selected.index + 1
  const certain = { ...context, chance: { stream: () => 0, draw: () => 0, spend: () => {} } }
  return objectsOf(virtualHost.routes)
    .slice(first)
    .flatMap((route, offset) => {
      const taken = mismatchOf(objectOf(route.match), certain) === undefined
      return taken ? [routeLabel(route, first + offset)] : []
    })
}

/** A route that a virtual host of a less specific domain has for the request, which Envoy does not try. */
export interface PassedOverRoute {
  readonly virtualHost: string
  readonly domain: string
  readonly route: string
}

/** Istio's virtual hosts for hosts that the mesh does not know: nobody meant them for this one. */
const ofUnknownHosts: ReadonlySet<unknown> = new Set(['allow_any', 'block_all'])

/** The first route of such a virtual host; undefined when none has one, or when that depends on what is not known. */
export function passedOverRoute(routeConfiguration: JsonObject, context: RouteContext): PassedOverRoute | undefined {
  const { request } = context
  if (stringOf(routeConfiguration.vhost_header) || request.authority === undefined) return undefined
  const { authority } = request
  const host = routeConfiguration.ignore_port_in_host_matching === true ? hostWithoutPort(authority) : authority
  const certain = { ...context, chance: { stream: () => 0, draw: () => 0, spend: () => {} } }
  for (const { virtualHost, domain } of passedOverHosts(routeConfiguration, host.toLowerCase())) {
    if (ofUnknownHosts.has(virtualHost.name)) continue
    const found = selectRoute(virtualHost, certain)
    const selected = 'selected' in found ? found.selected : undefined
    if (selected !== undefined)
      return {
        virtualHost: stringOf(virtualHost.name) ?? '',
        domain,
        route: routeLabel(selected.route, selected.index),
      }
  }
  return undefined
}

/** How a route is called: its name, or its place and path condition. */
export function routeLabel(route: JsonObject, index: number | undefined): string {
  const name = stringOf(route.name)
  const path = describePath(objectOf(route.match))
  if (name) return `${name} (${path})`
  return index === undefined ? path : `#${index} (${path})`
}

/** `VirtualHost.matcher`: the route that the tree names is matched once more by its own `match`. */
function selectByMatcher(matcher: JsonObject, context: RouteContext): RouteSearch | RequestEnd {
  const found = evaluateMatcher(matcher, inputsFrom(context))
  if ('undecided' in found) return endWith(undecidableOutcome('unknown_matcher', found.undecided))
  const { action } = found
  if (action === undefined) return { selected: undefined, nearMisses: [] }
  const { message, config } = typedConfig(action)
  const routes = message === 'RouteList' ? objectsOf(config.routes) : [config]
  const nearMisses: NearMiss[] = []
  for (const route of routes) {
    const mismatch = mismatchOf(objectOf(route.match), context)
    const name = stringOf(route.name) ?? ''
    if (mismatch === undefined) return { selected: { route, name, index: undefined }, nearMisses }
    if (mismatch.unknown !== undefined)
      return undecidedRoute(routeLabel(route, undefined), mismatch.args.needed, mismatch.unknown)
    nearMisses.push({ route: routeLabel(route, undefined), reason: mismatch })
  }
  return { selected: undefined, nearMisses }
}
