import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import type { DumpIndex } from '../connection/dump-index.ts'
import { whyNotServing } from '../connection/why-not-serving.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { endWith, type RequestEnd, undecidableOutcome } from '../outcome.ts'
import { because, type OutcomeReason } from '../reasons/reason.ts'

export interface RouteTable {
  readonly resource: JsonObject
  readonly name: string
  readonly source: 'inline' | 'rds' | 'scoped'
}

/**
 * The route configuration of a connection manager: inline, by RDS name, or that of the scope the request falls into.
 * @returns the end when Envoy has none: it answers 404 until it has
 */
export function routeTable(
  connectionManager: JsonObject,
  request: DecodedRequest,
  index: DumpIndex,
): RouteTable | RequestEnd {
  if (isObject(connectionManager.rds))
    return byName(stringOf(connectionManager.rds.route_config_name) ?? '', 'rds', index)
  if (isObject(connectionManager.scoped_routes)) return scoped(connectionManager.scoped_routes, request, index)
  const resource = objectOf(connectionManager.route_config)
  return { resource, name: stringOf(resource.name) ?? '', source: 'inline' }
}

function byName(name: string, source: RouteTable['source'], index: DumpIndex): RouteTable | RequestEnd {
  const entry = index.serving('routes', name)
  if (entry !== undefined) return { resource: entry.resource, name, source }
  if (!index.dump.has('routes')) {
    const reason = because('dump-without-routes', { routeConfiguration: name })
    return endWith(undecidableOutcome('routes_not_in_dump', reason))
  }
  const [other] = index.others('routes', name)
  if (other !== undefined)
    return notFound(because('route-configuration-not-serving', { routeConfiguration: name, ...whyNotServing(other) }))
  return notFound(because('route-configuration-awaited', { routeConfiguration: name }))
}

/** ScopedRoutes: the key that the builder makes of the request's headers has to equal a scope's key. */
function scoped(scopedRoutes: JsonObject, request: DecodedRequest, index: DumpIndex): RouteTable | RequestEnd {
  const name = stringOf(scopedRoutes.name) ?? ''
  const builders = objectsOf(objectOf(scopedRoutes.scope_key_builder).fragments)
  if (builders.some(({ header_value_extractor: extractor }) => !isObject(extractor)))
    return endWith(undecidableOutcome('unknown_scope_key', because('scope-key-unknown', { scopedRoutes: name })))
  const fragments = builders.map(({ header_value_extractor: extractor }) => fragmentOf(objectOf(extractor), request))
  const key = fragments.join(', ')
  const scope = fragments.includes(undefined)
    ? undefined
    : scopesOf(scopedRoutes, name, index).find((candidate) => {
        const wanted = objectsOf(objectOf(candidate.key).fragments).map((fragment) => fragment.string_key)
        return wanted.length === fragments.length && wanted.every((part, position) => part === fragments[position])
      })
  if (scope === undefined) return notFound(because('scope-missing', { scopedRoutes: name, key }))
  if (isObject(scope.route_configuration)) {
    return {
      resource: scope.route_configuration,
      name: stringOf(scope.route_configuration.name) ?? '',
      source: 'scoped',
    }
  }
  return byName(stringOf(scope.route_configuration_name) ?? '', 'scoped', index)
}

function scopesOf(scopedRoutes: JsonObject, name: string, index: DumpIndex): readonly JsonObject[] {
  const inline = objectsOf(objectOf(scopedRoutes.scoped_route_configurations_list).scoped_route_configurations)
  if (inline.length > 0) return inline
  return index.dump
    .entries('scopedRoutes')
    .filter((entry) => entry.name === name || entry.resource.key !== undefined)
    .flatMap(({ resource }) => (resource.key === undefined ? objectsOf(resource.scoped_route_configs) : [resource]))
}

/** ScopeKeyFragmentBuilder: the first value of the header, split, and one element of it. */
function fragmentOf(extractor: JsonObject, { headers }: DecodedRequest): string | undefined {
  const value = headers.first(stringOf(extractor.name) ?? '')
  if (value === undefined) return undefined
  const separator = stringOf(extractor.element_separator) ?? ''
  const elements = separator === '' ? [value] : value.split(separator)
  if (!isObject(extractor.element)) return elements[Number(extractor.index ?? 0)]
  const { separator: inner, key } = extractor.element
  const start = `${stringOf(key) ?? ''}${stringOf(inner) ?? ''}`
  return elements.find((element) => element.startsWith(start))?.slice(start.length)
}

function notFound(reason: OutcomeReason): RequestEnd {
  return endWith({ kind: 'noRoute', status: 404, flags: 'NR', details: 'route_not_found', reason })
}
