import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import { unwrap } from '../../../envoy/model/typed-config.ts'
import { everyObject } from '../../proxy/every-object.ts'
import type { ManagerPlace, TablePlace } from '../../proxy/places.ts'
import type { Found, Rule } from '../../rule.ts'

/** Settings of a route for a filter that is not there. */
export const perRouteConfigOrphan: Rule = {
  id: 'per-route-config-orphan',
  profile: 'core',
  severity: 'error',
  title: 'A route has settings for a filter that is not in the chain',
  detects:
    'Keys of `typed_per_filter_config` of route configurations, virtual hosts, routes and weighted clusters that name no HTTP filter of any connection manager that uses the route configuration.',
  impact:
    'Envoy ignores them in silence: an exception ("no RBAC for /healthz") still answers 403, and a requirement (a token, external authorization) that a route sets does not exist.',
  exceptions:
    'Filters of upgrades, children of composite filters, optional and disabled settings, and route configurations that nothing uses.',
  fix: 'Use the name that the filter has in the chain, or put the filter into it.',
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/http_filters#route-based-filter-chain',
  ],
  needs: ['listeners'],
  check: {
    *table(place) {
      yield* orphans(place.table, place)
    },
    *virtualHost({ virtualHost, of }) {
      yield* orphans(virtualHost, of)
    },
    *route({ route, action, of }) {
      yield* orphans(route, of.of)
      for (const cluster of objectsOf(objectOf(action.weighted_clusters).clusters)) yield* orphans(cluster, of.of)
    },
  },
}

function* orphans(level: JsonObject, { managers }: TablePlace): Generator<Found> {
  if (managers.length === 0) return
  for (const [filter, config] of Object.entries(objectOf(level.typed_per_filter_config))) {
    if (isVoluntary(objectOf(config)) || namesOfFilters(managers).has(filter)) continue
    yield { message: `has settings for filter ${filter}, which no connection manager has` }
  }
}

/** Who says that a filter may be absent, or is off, does not count on it. */
function isVoluntary(any: JsonObject): boolean {
  const { type, config } = unwrap(any)
  if (type !== 'envoy.config.route.v3.FilterConfig') return config.disabled === true
  return config.is_optional === true || config.disabled === true || isVoluntary(objectOf(config.config))
}

/** Filters that hold others. */
const withChildren: ReadonlySet<string> = new Set(['ExtensionWithMatcher', 'Composite'])

const namesOfFilters = memoizeByObject(
  (managers: readonly ManagerPlace[]): ReadonlySet<string> =>
    new Set(managers.flatMap((manager) => [...filterNames(manager)])),
)

function filterNames({ manager, filters }: ManagerPlace): ReadonlySet<string> {
  const names = new Set(filters.map(({ name }) => name))
  // A composite filter and an upgrade have filters of their own.
  for (const { config, message } of filters)
    if (withChildren.has(message)) for (const { name } of everyObject(config)) names.add(stringOf(name) ?? '')
  for (const upgrade of objectsOf(manager.upgrade_configs))
    for (const { name } of objectsOf(upgrade.filters)) names.add(stringOf(name) ?? '')
  return names
}
