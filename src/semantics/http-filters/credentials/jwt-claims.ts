import { type Json, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { continueWith, type FilterResult } from '../../filters/filter-result.ts'
import { type FilterInput, stateOf } from '../../filters/http-filter-type.ts'
import { type RequestState, withMetadata, withOpenMetadata } from '../../filters/request-state.ts'
import { withHeader } from '../../matching/http-headers.ts'
import type { MetadataPlace } from '../../matching/stream-state.ts'
import type { RequirementStatus } from './jwt-requirement.ts'
import { tokenHeaders } from './token-locations.ts'

/** Where the filter writes what a token says. */
export const jwtNamespace = 'envoy.filters.http.jwt_authn'

type Valid = Extract<RequirementStatus, { kind: 'passes' }>['valid'][number]

/**
 * The request after its tokens were accepted: claims as metadata and headers, the token itself taken away unless it is forwarded.
 * @param certain whether no other token can have been accepted as well
 */
export function withClaims(valid: readonly Valid[], certain: boolean, input: FilterInput): FilterResult {
  if (valid.length === 0 && certain) return continueWith()
  const partly = valid.filter(({ token }) => !token.complete)
  let state = valid.reduce(accepted, stateOf(input))
  if (!certain)
    state = withOpenMetadata(state, writtenBy(Object.values(objectOf(input.config.providers)).map(objectOf)))
  if (partly.length > 0) {
    state = withOpenMetadata(state, writtenBy(partly.map(({ provider }) => provider)))
    state = { ...state, known: { ...state.known, textClaims: true } }
  }
  return continueWith({ state, routesAgain: valid.some(({ provider }) => provider.clear_route_cache === true) })
}

/** Where providers write what tokens say. */
export function writtenBy(providers: readonly JsonObject[]): MetadataPlace[] {
  return providers
    .flatMap((provider) => [
      provider.payload_in_metadata,
      provider.header_in_metadata,
      provider.failed_status_in_metadata,
    ])
    .flatMap((key) => (stringOf(key) ? [{ namespace: jwtNamespace, key: stringOf(key) }] : []))
}

function accepted(before: RequestState, { provider, token }: Valid): RequestState {
  const { claims } = token
  let state = before
  const key = stringOf(provider.payload_in_metadata)
  if (key) state = withMetadata(state, jwtNamespace, { [key]: normalized(claims, provider) })
  for (const { header_name: header, claim_name: claim } of objectsOf(provider.claim_to_headers)) {
    const value = headerOf(claimAt(claims, stringOf(claim) ?? ''))
    if (stringOf(header) && value !== undefined)
      state = { ...state, request: withHeader(state.request, stringOf(header) ?? '', value) }
  }
  if (provider.forward === true) return state
  const places = tokenHeaders(provider).map(({ name }) => name)
  return {
    ...state,
    request: places.reduce((request, name) => withHeader(request, name, undefined), state.request),
  }
}

/** `a.b` is member b of claim a. */
function claimAt(claims: JsonObject, name: string): Json | undefined {
  return name.split('.').reduce<Json | undefined>((value, part) => objectOf(value)[part], claims)
}

function headerOf(value: Json | undefined): string | undefined {
  if (typeof value === 'object') return value === null ? undefined : btoa(JSON.stringify(value))
  return value === undefined ? undefined : String(value)
}

/** Claims such as `scope`, which hold several values in one text, as lists. */
function normalized(claims: JsonObject, provider: JsonObject): JsonObject {
  const names = stringsOf(objectOf(provider.normalize_payload_in_metadata).space_delimited_claims)
  const lists = names.flatMap((name) => {
    const value = claims[name]
    return typeof value === 'string' ? [[name, value.split(' ').filter(Boolean)] as const] : []
  })
  return { ...claims, ...Object.fromEntries(lists) }
}
