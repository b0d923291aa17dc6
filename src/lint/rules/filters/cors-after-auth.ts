import { type JsonObject, objectOf } from '../../../envoy/json.ts'
import { memoizeByObject } from '../../../envoy/memoize-by-object.ts'
import type { HttpFilter } from '../../proxy/http-filters.ts'
import type { ManagerPlace, TablePlace } from '../../proxy/places.ts'
import { routesOf, virtualHostsOf } from '../../proxy/tables.ts'
import type { Rule } from '../../rule.ts'

/** Preflight requests are denied: CORS stands behind authorization. */
export const corsAfterAuth: Rule = {
  id: 'cors-after-auth',
  profile: 'core',
  severity: 'warning',
  title: 'Preflight requests are denied: CORS stands behind authorization',
  detects:
    'The CORS filter behind JWT, RBAC, external authorization or basic authentication, for a route configuration with a CORS policy.',
  impact: 'Browsers send preflights without credentials: they get 401 or 403, and the page fails.',
  exceptions: 'Chains whose routes have no CORS policy, and filters without rules, which deny nothing.',
  fix: 'Put the CORS filter first.',
  sources: ['https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter'],
  check: {
    *manager({ filters }, { tables }) {
      const at = filters.findIndex(({ message, isDisabled }) => message === 'Cors' && !isDisabled)
      const cors = filters[at]
      if (cors === undefined) return
      for (const policies of policiesByFilters(tables).get(filters) ?? []) {
        if (!policies.hasCors && !policies.filters.has(cors.name)) continue
        const guard = filters.slice(0, at).find((filter) => !filter.isDisabled && denies(filter, policies))
        if (guard === undefined) continue
        yield { message: `filter ${cors.name} stands behind ${guard.name}, which denies preflights` }
        return
      }
    },
  },
}

const guards: ReadonlySet<string> = new Set([
  'JwtAuthentication',
  'RBAC',
  'ExtAuthz',
  'BasicAuth',
  'ApiKeyAuth',
  'OAuth2',
])

/** Whether a filter can deny at all: without rules of its own or of routes, RBAC and tokens let everything through. */
function denies({ message, name, config }: HttpFilter, policies: Policies): boolean {
  if (!guards.has(message)) return false
  const has = (...fields: readonly string[]) => fields.some((field) => config[field] !== undefined)
  if (message === 'RBAC') return has('rules', 'matcher') || policies.filters.has(name)
  if (message === 'JwtAuthentication') return has('rules', 'requirement_map', 'filter_state_rules')
  return true
}

/** What says on routes how CORS is handled: `cors`, or settings for filters of these names. */
interface Policies {
  hasCors: boolean
  readonly filters: Set<string>
}

/** What the route configurations of each list of HTTP filters say. Lists of managers are shared, and so is what is found of them. */
const policiesByFilters = memoizeByObject(
  (tables: readonly TablePlace[]): ReadonlyMap<unknown, readonly Policies[]> => {
    const byManagers = new Map<readonly ManagerPlace[], Policies>()
    for (const table of tables) {
      const policies = byManagers.get(table.managers) ?? { hasCors: false, filters: new Set() }
      byManagers.set(table.managers, policies)
      addPolicies(table, policies)
    }
    const byFilters = new Map<unknown, Policies[]>()
    for (const [managers, policies] of byManagers)
      for (const { filters } of managers) {
        const known = byFilters.get(filters)
        if (known === undefined) byFilters.set(filters, [policies])
        else known.push(policies)
      }
    return byFilters
  },
)

function addPolicies(table: TablePlace, policies: Policies): void {
  const add = ({ typed_per_filter_config, cors }: JsonObject) => {
    if (cors !== undefined) policies.hasCors = true
    for (const name of Object.keys(objectOf(typed_per_filter_config))) policies.filters.add(name)
  }
  add(table.table)
  for (const host of virtualHostsOf(table)) {
    add(host.virtualHost)
    for (const { route, action } of routesOf(host)) {
      add(route)
      add(action)
    }
  }
}
