import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { isPreflight } from '../../http/preflight.ts'
import type { DecodedRequest } from '../../matching/http-headers.ts'
import { queryOf } from '../../matching/query-match.ts'
import { allOf, anyOf, type Truth } from '../../matching/truth.ts'
import { mismatchOf, type RouteContext } from '../../routes/route-match.ts'

export interface JwtVerdict {
  /** Undefined when it depends on a token. */
  readonly passes: Truth
  /** The answer when it does not pass. */
  readonly status: number
  readonly details: string
  /** The requirement that the route names and the filter does not have. */
  readonly wrongRequirement?: string
}

/**
 * Whether JwtAuthentication lets the request pass: a missing token is decidable, whether a token is valid is not.
 * @param perRoute the route's PerRouteConfig: it can name a requirement in place of the rules
 */
export function jwtVerdict(config: JsonObject, perRoute: JsonObject | undefined, context: RouteContext): JwtVerdict {
  const { request } = context
  const map = objectOf(config.requirement_map)
  const name = stringOf(perRoute?.requirement_name)
  if (config.bypass_cors_preflight === true && isPreflight(request)) return { passes: true, ...missing }
  if (name && map[name] === undefined) {
    const known = Object.keys(map).sort().join(',_')
    const details = `jwt_authn_access_denied{Wrong_requirement_name:_${name}._It_should_be_one_of_[${known}]}`
    return { passes: false, status: 403, details, wrongRequirement: name }
  }
  const requirement = name ? objectOf(map[name]) : requirementByRules(config, map, context)
  const passes = requirement === undefined || satisfied(requirement, objectOf(config.providers), request)
  return { passes, ...missing }
}

const missing = { status: 401, details: 'jwt_authn_access_denied{Jwt_is_missing}' }

function requirementByRules(config: JsonObject, map: JsonObject, context: RouteContext): JsonObject | undefined {
  const rule = objectsOf(config.rules).find((candidate) => mismatchOf(objectOf(candidate.match), context) === undefined)
  if (rule === undefined) return undefined
  const named = stringOf(rule.requirement_name)
  return named ? objectOf(map[named]) : objectOf(rule.requires)
}

function satisfied(requirement: JsonObject, providers: JsonObject, request: DecodedRequest): Truth {
  if (isObject(requirement.requires_any)) {
    return anyOf(objectsOf(requirement.requires_any.requirements).map((one) => satisfied(one, providers, request)))
  }
  if (isObject(requirement.requires_all)) {
    return allOf(objectsOf(requirement.requires_all.requirements).map((one) => satisfied(one, providers, request)))
  }
  if (isObject(requirement.allow_missing_or_failed)) return true
  const sent = Object.values(providers).some((provider) => tokenSent(objectOf(provider), request))
  if (isObject(requirement.allow_missing)) return sent ? undefined : true
  const name =
    stringOf(requirement.provider_name) ?? stringOf(objectOf(requirement.provider_and_audiences).provider_name)
  if (name === undefined) return true
  return tokenSent(objectOf(providers[name]), request) ? undefined : false
}

/** Whether the request carries a token where this provider looks for one; the Authorization header by default. */
function tokenSent(provider: JsonObject, request: DecodedRequest): boolean {
  const headers = objectsOf(provider.from_headers)
  const parameters = stringsOf(provider.from_params)
  const cookies = stringsOf(provider.from_cookies)
  if (headers.length + parameters.length + cookies.length === 0) {
    return request.headers.get('authorization') !== undefined || queryOf(request.path ?? '').has('access_token')
  }
  const query = queryOf(request.path ?? '')
  const cookie = request.headers.get('cookie') ?? ''
  return (
    headers.some(({ name }) => request.headers.get(stringOf(name) ?? '') !== undefined) ||
    parameters.some((parameter) => query.has(parameter)) ||
    cookies.some((name) => cookie.includes(`${name}=`))
  )
}
