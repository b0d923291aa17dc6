import { type JsonObject, objectsOf } from '../../envoy/json.ts'
import { stringMatches } from '../matching/string-match.ts'
import type { HttpRequest } from '../request.ts'

type Headers = HttpRequest['headers']

/** More names in a Connection header than these Envoy does not take. */
const maxNominated = 9

/** Tokens of Connection that name no header to take away. */
const noHeaders: ReadonlySet<string> = new Set(['close', 'connection', 'http2-settings', 'keep-alive', 'upgrade'])
const protectedHeaders: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'])

/**
 * Headers of HTTP/1 without those that Connection names, which are for this hop alone (RFC 9110, 7.6.1); undefined where Envoy refuses
 * what is named. (Http::Utility::sanitizeConnectionHeader)
 */
export function withoutNominated(headers: Headers): Headers | undefined {
  const tokens = tokensOf(headers, 'connection')
  if (tokens.length > maxNominated) return undefined
  if (tokens.some((token) => protectedHeaders.has(token) || token.startsWith(':'))) return undefined
  const named = new Set(tokens.filter((token) => !noHeaders.has(token)))
  return headers.filter(([name, value]) => {
    const key = name.toLowerCase()
    return !named.has(key) || (key === 'te' && hasToken(value, 'trailers'))
  })
}

/** Whether Connection names Host as one for this hop alone. */
export function nominatesHost(headers: Headers): boolean {
  return tokensOf(headers, 'connection').includes('host')
}

/**
 * Headers without an upgrade that Envoy ignores: `h2c`, and those of `ignore_http_11_upgrade`.
 * (Http1::ConnectionImpl::onHeadersCompleteImpl)
 */
export function withoutIgnoredUpgrade(headers: Headers, options: JsonObject): Headers {
  if (!asksForUpgrade(headers)) return headers
  const offered = headers
    .filter(([name]) => isNamed(name, 'upgrade'))
    .map(([, value]) => value)
    .join(',')
  const others = headers.filter(([name]) => !isNamed(name, 'upgrade'))
  if (offered.toLowerCase() === 'h2c') {
    return others
      .filter(([name]) => !isNamed(name, 'http2-settings'))
      .map(([name, value]) => [name, isNamed(name, 'connection') ? withoutUpgradeTokens(value) : value])
  }
  const ignored = objectsOf(options.ignore_http_11_upgrade)
  const tokens = offered.split(',').map((token) => token.trim())
  const kept = tokens.filter((token) => !ignored.some((matcher) => stringMatches(matcher, token) === true))
  return kept.length === 0 ? others : [...others, ['upgrade', kept.join(',')]]
}

/** Connection and Upgrade only stay on a request that asks for an upgrade with both. */
export function asksForUpgrade(headers: Headers): boolean {
  return (
    tokensOf(headers, 'connection').includes('upgrade') &&
    headers.some(([name, value]) => isNamed(name, 'upgrade') && value !== '')
  )
}

export function isHopByHop(name: string): boolean {
  return /^(connection|upgrade|keep-alive|proxy-connection|transfer-encoding)$/i.test(name)
}

function withoutUpgradeTokens(connection: string): string {
  const tokens = connection.split(',').map((token) => token.trim())
  return tokens.filter((token) => !/^(?:upgrade|http2-settings)$/i.test(token)).join(',')
}

function tokensOf(headers: Headers, wanted: string): string[] {
  return headers
    .filter(([name]) => isNamed(name, wanted))
    .flatMap(([, value]) => value.split(','))
    .map((token) => token.trim().toLowerCase())
    .filter((token) => token !== '')
}

function hasToken(value: string, wanted: string): boolean {
  return value.split(',').some((token) => token.trim().toLowerCase() === wanted)
}

function isNamed(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted
}
