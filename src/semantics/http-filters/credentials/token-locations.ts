import { type JsonObject, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { cookieOf } from '../../matching/cookies.ts'
import type { DecodedRequest } from '../../matching/http-headers.ts'
import { queryOf } from '../../matching/query-match.ts'

/** A token, and the header that it came in. */
export interface SentToken {
  readonly token: string
  readonly header: string | undefined
}

/** The headers where a provider looks for tokens, each with what has to stand in front of one. */
export function tokenHeaders(provider: JsonObject): { readonly name: string; readonly prefix: string }[] {
  const own = objectsOf(provider.from_headers)
  if (own.length === 0 && !hasOwnPlaces(provider)) return [{ name: 'authorization', prefix: 'Bearer ' }]
  return own.map(({ name, value_prefix: prefix }) => ({ name: stringOf(name) ?? '', prefix: stringOf(prefix) ?? '' }))
}

/** The tokens that a request carries where this provider looks for them. (ExtractorImpl::extract) */
export function tokensOf(provider: JsonObject, { headers, path }: DecodedRequest): SentToken[] {
  const query = queryOf(path ?? '')
  const parameters = hasOwnPlaces(provider) ? stringsOf(provider.from_params) : ['access_token']
  const found = (token: string | undefined, header?: string): SentToken[] =>
    token === undefined ? [] : [{ token, header }]
  return [
    ...tokenHeaders(provider).flatMap(({ name, prefix }) => found(behind(prefix, headers.get(name)), name)),
    ...parameters.flatMap((name) => found(query.get(name))),
    ...stringsOf(provider.from_cookies).flatMap((name) => found(cookieOf(headers, name))),
  ]
}

function hasOwnPlaces({ from_headers: headers, from_params: parameters, from_cookies: cookies }: JsonObject): boolean {
  return objectsOf(headers).length + stringsOf(parameters).length + stringsOf(cookies).length > 0
}

/** What follows a prefix, wherever it stands in the value: the first characters that a token can have. */
function behind(prefix: string, value: string | undefined): string | undefined {
  const start = value?.indexOf(prefix) ?? -1
  if (value === undefined || start < 0) return undefined
  const rest = value.slice(start + prefix.length)
  return /[A-Za-z0-9_.-]+/.exec(rest)?.[0] ?? rest
}
