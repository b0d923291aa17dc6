import { isObject, type JsonObject, objectOf, stringOf } from '../../../envoy/json.ts'
import { mismatchOf, templateOf } from '../../../semantics/routes/route-match.ts'
import { routeLabel } from '../../../semantics/routes/route-selection.ts'
import { EarlierRoutes } from '../../proxy/earlier-routes.ts'
import type { Linted } from '../../proxy/linted.ts'
import type { RoutePlace } from '../../proxy/places.ts'
import { sampleRequest } from '../../proxy/sample-request.ts'
import { routesOf } from '../../proxy/tables.ts'
import type { Rule } from '../../rule.ts'

/** A route that an earlier one hides. */
export const shadowedRoute: Rule = {
  id: 'shadowed-route',
  profile: 'core',
  severity: 'warning',
  title: 'A route can never match: an earlier one takes all its requests',
  detects:
    'Routes of a virtual host whose path an earlier route covers, where the earlier one has no condition (headers, query, cookies, gRPC, metadata, a share of requests) that the later one has not as well. An `error` where the two come from different API objects.',
  impact:
    'Requests go to another destination than the object says, and nothing tells: the access log has the name of the earlier route.',
  exceptions:
    'Only what is proven is said, by the matcher that trace uses: a regular expression or a template is covered by `/` only.',
  fix: 'Put the more specific route first, or merge the two.',
  sources: ['https://github.com/istio/istio/issues/37500', 'https://github.com/istio/istio/issues/36621'],
  check: {
    *virtualHost(host, proxy) {
      const routes = routesOf(host)
      const met = new EarlierRoutes()
      for (const later of routes) {
        const earlier = met.thatMayCover(later, literalOf(later.match) ?? '/').find((one) => covers(one, later, proxy))
        const literal = isAnything(later.match) ? '' : literalOf(later.match)
        if (literal !== undefined) met.add(later, literal)
        if (earlier === undefined) continue
        const isOthers = earlier.object !== '' && later.object !== '' && earlier.object !== later.object
        const of = isOthers ? ` of ${earlier.object}` : ''
        yield {
          message: `route ${label(later)} never matches: ${label(earlier)}${of} takes all its requests`,
          ...(isOthers ? { severity: 'error' } : {}),
        }
      }
    },
  },
}

function label({ route, index }: RoutePlace): string {
  return routeLabel(route, index)
}

const conditions = [
  'headers',
  'query_parameters',
  'runtime_fraction',
  'runtime',
  'grpc',
  'tls_context',
  'dynamic_metadata',
  'filter_state',
  'cookies',
]

function covers({ match: first }: RoutePlace, { match: later }: RoutePlace, proxy: Linted): boolean {
  const asks = conditions.filter((condition) => first[condition] !== undefined)
  if (asks.some((condition) => condition.startsWith('runtime') || !same(first[condition], later[condition])))
    return false
  // What is left to compare is the path: of each later one, samples that no shorter or narrower condition takes.
  if (isObject(later.connect_matcher) || (later.case_sensitive === false && first.case_sensitive !== false))
    return false
  const plain: JsonObject = Object.fromEntries(Object.entries(first).filter(([key]) => !conditions.includes(key)))
  const samples = samplesOf(later)
  if (samples === undefined) return first.prefix === '/' || isAnything(first)
  if (stringOf(objectOf(first.safe_regex).regex) !== undefined || templateOf(first) !== undefined)
    return isAnything(first)
  return samples.every((path) => mismatchOf(plain, sampleRequest(path, proxy)) === undefined)
}

function isAnything({ safe_regex }: JsonObject): boolean {
  const regex = stringOf(objectOf(safe_regex).regex)
  return regex === '.*' || regex === '/.*' || regex === '^/.*' || regex === '^/.*$'
}

/** With what each path begins that a condition takes; every path begins with a slash. */
function literalOf({ path, prefix, path_separated_prefix }: JsonObject): string | undefined {
  return stringOf(path) ?? stringOf(prefix) ?? stringOf(path_separated_prefix)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Paths of which a prefix or path matches all where it covers the condition; undefined for one that has no such paths. */
function samplesOf({ prefix, path, path_separated_prefix }: JsonObject): readonly string[] | undefined {
  if (typeof path === 'string') return [path]
  if (typeof prefix === 'string') return [prefix, `${prefix}~`, `${prefix}/~`]
  return typeof path_separated_prefix === 'string' ? [path_separated_prefix, `${path_separated_prefix}/~`] : undefined
}
