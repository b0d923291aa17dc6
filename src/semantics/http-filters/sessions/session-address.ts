import { type JsonObject, objectOf, stringOf } from '../../../envoy/json.ts'
import type { TypedConfig } from '../../../envoy/model/typed-config.ts'
import { cookieOf } from '../../matching/cookies.ts'
import { type DecodedRequest, withHeader } from '../../matching/http-headers.ts'
import { base64Bytes, base64Text } from './base64.ts'
import type { Session } from './session.ts'
import { sessionCookie } from './session-cookie.ts'

const none: Session = {}

/**
 * The session of a request, by the kind of session state. Undefined for a kind that is not known here.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/stateful_session_filter
 */
export function sessionOf({ message, config }: TypedConfig, request: DecodedRequest): Session | undefined {
  if (message === 'CookieBasedSessionState') return fromCookie(objectOf(config.cookie), request)
  if (message === 'HeaderBasedSessionState') {
    return { address: base64Text(request.headers.first(stringOf(config.name) ?? '') ?? '') }
  }
  if (message !== 'EnvelopeSessionState') return undefined
  const header = stringOf(objectOf(config.header).name)
  return header === undefined ? undefined : fromEnvelope(header, request)
}

/** A cookie with a path counts for the requests below that path only. */
function fromCookie({ name, path }: JsonObject, request: DecodedRequest): Session {
  if (!pathCounts(stringOf(path) ?? '', request.path ?? '')) return none
  const bytes = base64Bytes(cookieOf(request.headers, stringOf(name) ?? '') ?? '')
  return bytes === undefined ? none : sessionCookie(bytes)
}

function pathCounts(cookiePath: string, path: string): boolean {
  if (!path.startsWith(cookiePath)) return false
  if (cookiePath === '' || cookiePath.endsWith('/')) return true
  const next = path[cookiePath.length]
  return next === undefined || '/?#'.includes(next)
}

/** `ADDRESS;UV:VALUE`, both in base64: the value is what the upstream had sent, and what it gets again. */
function fromEnvelope(header: string, request: DecodedRequest): Session {
  const [address = '', ...others] = (request.headers.first(header) ?? '').split(';').filter((part) => part !== '')
  const original = base64Text(others.find((part) => part.startsWith('UV:'))?.slice(3) ?? '')
  if (original === undefined) return none
  return { address: base64Text(address), request: withHeader(request, header, original) }
}
