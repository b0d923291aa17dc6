import { type JsonObject, objectOf, stringOf } from '../../../envoy/json.ts'
import { respond, undecided } from '../../filters/filter-result.ts'
import type { FilterInput, HttpFilterType } from '../../filters/http-filter-type.ts'
import { because } from '../../reasons/reason.ts'
import { knownText } from './known-text.ts'

/**
 * User and password (RFC 7617): without them, or in another form, the request is refused. Passwords are hashed, so that whether one is
 * right stays open. https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/basic_auth_filter
 */
export const basicAuth: HttpFilterType = {
  types: ['envoy.extensions.filters.http.basic_auth.v3.BasicAuth'],
  names: ['envoy.filters.http.basic_auth'],
  authorizes: true,
  evaluate(input) {
    const problem = problemWith(input)
    if (problem === undefined) return undecided(because('credentials-decide', {}))
    const reason = because('basic-auth-refused', { problem })
    return respond({ kind: 'denied', status: 401, details: details[problem], reason })
  },
}

const details = {
  missing: 'no_credential_for_basic_auth',
  scheme: 'invalid_scheme_for_basic_auth',
  format: 'invalid_format_for_basic_auth',
  user: 'invalid_credential_for_basic_auth',
} as const

/** What is wrong with the credentials of a request before any password is compared; undefined when nothing is. */
function problemWith({ config, overrides, context }: FilterInput): keyof typeof details | undefined {
  const sent = context.request.headers.first(stringOf(config.authentication_header) || 'authorization')
  if (sent === undefined) return 'missing'
  if (!sent.startsWith('Basic ')) return 'scheme'
  const user = userOf(sent.slice('Basic '.length))
  if (user === undefined) return 'format'
  const users = usersOf(objectOf(overrides[0]?.users ?? config.users))
  return users === undefined || users.includes(user) ? undefined : 'user'
}

/** The name in front of the colon; undefined where the credentials are none. */
function userOf(credentials: string): string | undefined {
  if (credentials.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(credentials)) return undefined
  const decoded = atob(credentials)
  const colon = decoded.indexOf(':')
  return colon < 0 ? undefined : decoded.slice(0, colon)
}

/** The names of a password file; undefined where the dump does not hold it. */
function usersOf(source: JsonObject): string[] | undefined {
  return knownText(source)
    ?.split('\n')
    .map((line) => line.slice(0, Math.max(0, line.indexOf(':'))))
}
