import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import type { Chance } from '../chance.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import type { Connection } from '../connection.ts'
import { cookieOf } from '../matching/cookies.ts'
import { isGrpc } from '../matching/grpc.ts'
import { describeHeader, headerMatches } from '../matching/header-match.ts'
import type { DecodedRequest } from '../matching/http-headers.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { dynamicMetadataMatches } from '../matching/metadata-match.ts'
import { describeQuery, queryMatches, queryOf } from '../matching/query-match.ts'
import { fullMatch } from '../matching/regex.ts'
import type { Runtime } from '../matching/runtime.ts'
import type { StreamState } from '../matching/stream-state.ts'
import { asciiLower, stringMatches } from '../matching/string-match.ts'
import { matchTemplate } from '../matching/uri-template.ts'
import { because, type Reason } from '../reasons/reason.ts'
import type { RouteRejections } from '../reasons/rejection-reasons.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'

/** What route matching looks at. */
export interface RouteContext {
  readonly request: DecodedRequest
  readonly connection: Connection
  /** The chain's DownstreamTlsContext, if it has one. */
  readonly downstreamTls: JsonObject | undefined
  readonly known: StreamState
  readonly runtime: Runtime
  readonly chance: Chance
  readonly ignorePathParameters: boolean
}

/** Why a route does not take the request. */
export type Mismatch = Reason<keyof RouteRejections> & {
  /** What has to be known to tell whether it really does not match: everything else does. */
  readonly unknown?: UnknownFact
}

/**
 * Whether a `RouteMatch` matches the request; undefined when it does. Everything must hold. Envoy looks at the path last, here it
 * comes first: the result is the same and most routes are done with after one comparison. The runtime fraction stays last so that
 * chance is asked only when all else fits.
 */
export function mismatchOf(match: JsonObject, context: RouteContext): Mismatch | undefined {
  const { request } = context
  if (!pathMatches(match, context)) return because('route-path-not-matched', { needed: describePath(match) })
  if (isObject(match.grpc) && !isGrpc(request.headers.first('content-type')))
    return because('route-grpc-not-matched', { needed: 'a gRPC content-type' })
  const header = objectsOf(match.headers).find((matcher) => headerMatches(matcher, request.headers) === false)
  if (header !== undefined) return because('route-headers-not-matched', { needed: describeHeader(header) })
  if (match.query_parameters !== undefined) {
    const query = queryOf(request.path ?? '')
    const parameter = objectsOf(match.query_parameters).find((matcher) => !queryMatches(matcher, query))
    if (parameter !== undefined) return because('route-query-not-matched', { needed: describeQuery(parameter) })
  }
  const cookie = objectsOf(match.cookies).find((matcher) => !cookieMatches(matcher, request))
  if (cookie !== undefined)
    return because('route-cookies-not-matched', { needed: `cookie ${stringOf(cookie.name) ?? ''}` })
  return connectionMismatch(match, context) ?? uncertainMismatch(match, context) ?? runtimeMismatch(match, context)
}

/** A header, metadata or filter state that the route asks for and that is not known. */
function uncertainMismatch(match: JsonObject, { request, known }: RouteContext): Mismatch | undefined {
  const header = objectsOf(match.headers).find((matcher) => headerMatches(matcher, request.headers) === undefined)
  if (header !== undefined) {
    const unknown = request.headers.unknown(stringOf(header.name) ?? '') ?? 'generated'
    return { ...because('route-headers-not-matched', { needed: describeHeader(header) }), unknown }
  }
  const metadata = objectsOf(match.dynamic_metadata).find(
    (matcher) => dynamicMetadataMatches(matcher, known) === undefined,
  )
  if (metadata !== undefined)
    return { ...because('route-metadata-not-matched', { needed: neededMetadata(metadata) }), unknown: 'metadata' }
  const keys = objectsOf(match.filter_state).map(({ key }) => stringOf(key) ?? '')
  const key = keys.find((one) => known.unknownFilterState?.[one] !== undefined)
  const unknown = key === undefined ? undefined : known.unknownFilterState?.[key]
  return unknown && { ...because('route-filter-state-not-matched', { needed: `filter state ${key}` }), unknown }
}

function neededMetadata({ filter }: JsonObject): string {
  return `dynamic metadata ${stringOf(filter) ?? ''}`
}

/** The path condition of a route, in words: `prefix /api`, `path /`, `regex /v[12]/.*`. */
export function describePath(match: JsonObject): string {
  if (typeof match.prefix === 'string') return `prefix ${match.prefix}`
  if (typeof match.path === 'string') return `path ${match.path}`
  if (typeof match.path_separated_prefix === 'string') return `path-separated prefix ${match.path_separated_prefix}`
  const regex = regexOf(match)
  if (regex !== undefined) return `regex ${regex}`
  const template = templateOf(match)
  if (template !== undefined) return `template ${template}`
  return isObject(match.connect_matcher) ? 'CONNECT' : 'any path'
}

/** `path_template` of a URI template matcher. */
export function templateOf(match: JsonObject): string | undefined {
  if (!isObject(match.path_match_policy)) return undefined
  return stringOf(typedConfig(match.path_match_policy).config.path_template)
}

function pathMatches(match: JsonObject, { request, ignorePathParameters }: RouteContext): boolean {
  if (isObject(match.connect_matcher)) {
    return request.method === 'CONNECT' || request.headers.first('upgrade')?.toLowerCase() === 'connect-udp'
  }
  if (request.path === undefined) return false
  const path = matchedPath(request.path, ignorePathParameters)
  const regex = regexOf(match)
  if (regex !== undefined) return fullMatch(regex, path)
  const template = templateOf(match)
  // The extension gets the path with its parameters.
  if (template !== undefined) return matchTemplate(template, matchedPath(request.path, false)) !== undefined
  const fold = match.case_sensitive === false ? asciiLower : (text: string): string => text
  if (typeof match.prefix === 'string') return fold(path).startsWith(fold(match.prefix))
  if (typeof match.path === 'string') return fold(path) === fold(match.path)
  const separated = stringOf(match.path_separated_prefix)
  if (separated === undefined) return false
  const next = path[separated.length]
  return fold(path).startsWith(fold(separated)) && (next === undefined || next === '/')
}

/** The expression of a RouteMatch, which has to match the whole path. */
export function regexOf(match: JsonObject): string | undefined {
  return stringOf(objectOf(match.safe_regex).regex) ?? stringOf(match.regex)
}

/** A missing cookie matches only when inverted. */
function cookieMatches(matcher: JsonObject, { headers }: DecodedRequest): boolean {
  const cookie = cookieOf(headers, stringOf(matcher.name) ?? '')
  const invert = matcher.invert_match === true
  if (cookie === undefined) return invert
  return (stringMatches(objectOf(matcher.string_match), cookie) ?? false) !== invert
}

function connectionMismatch(match: JsonObject, context: RouteContext): Mismatch | undefined {
  const tls = objectOf(match.tls_context)
  const certificate = presentedCertificate(context.connection, context.downstreamTls)
  if (typeof tls.presented === 'boolean' && tls.presented !== certificate.presented) {
    return because('route-tls-not-matched', { needed: `client certificate presented: ${tls.presented}` })
  }
  if (typeof tls.validated === 'boolean' && tls.validated !== certificate.validated) {
    return because('route-tls-not-matched', { needed: `client certificate validated: ${tls.validated}` })
  }
  const metadata = objectsOf(match.dynamic_metadata).find(
    (matcher) => dynamicMetadataMatches(matcher, context.known) === false,
  )
  if (metadata !== undefined) return because('route-metadata-not-matched', { needed: neededMetadata(metadata) })
  const { filterState, unknownFilterState } = context.known
  const state = objectsOf(match.filter_state).find((matcher) => {
    const key = stringOf(matcher.key) ?? ''
    const value = filterState?.[key]
    if (value === undefined) return unknownFilterState?.[key] === undefined
    return stringMatches(objectOf(matcher.string_match), value) !== true
  })
  return state === undefined
    ? undefined
    : because('route-filter-state-not-matched', { needed: `filter state ${stringOf(state.key) ?? ''}` })
}

function runtimeMismatch(match: JsonObject, { runtime, chance }: RouteContext): Mismatch | undefined {
  const percent = match.runtime_fraction ?? match.runtime
  if (!isObject(percent)) return undefined
  const { numerator, denominator } = runtime.fraction(percent)
  const needed = `a chance of ${numerator}/${denominator}`
  if (numerator >= denominator) return undefined
  if (numerator <= 0) return because('route-runtime-not-matched', { needed })
  return chance.stream(denominator, [numerator, denominator]) === 0
    ? undefined
    : because('route-runtime-not-matched', { needed })
}
