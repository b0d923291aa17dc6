import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../envoy/json.ts'
import type { DecodedRequest } from './http-headers.ts'
import { queryOf } from './query-match.ts'
import { mismatchOf, type RouteContext } from './route-match.ts'
import { allOf, anyOf, type Truth } from './truth.ts'

/** Whether JwtAuthentication lets the request pass: a missing token is decidable, whether a token is valid is not. */
export function jwtPasses(config: JsonObject, context: RouteContext): Truth {
  if (config.bypass_cors_preflight === true && context.request.method === 'OPTIONS') return undefined
  const rule = objectsOf(config.rules).find((candidate) => mismatchOf(objectOf(candidate.match), context) === undefined)
  if (rule === undefined) return true
  const named = stringOf(rule.requirement_name)
  const requirement = named ? objectOf(objectOf(config.requirement_map)[named]) : objectOf(rule.requires)
  return satisfied(requirement, objectOf(config.providers), context.request)
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
