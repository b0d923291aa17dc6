import { isObject, type JsonObject } from '../../../envoy/json.ts'

/** A JSON web token as it is sent: what it says, unverified, or why it is none, in Envoy's words. */
export type ReadToken = { readonly claims: JsonObject } | { readonly problem: string }

/** Algorithms that Envoy knows. (jwt_verify_lib/jwt.cc) */
const algorithms: ReadonlySet<string> = new Set([
  ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
])

/** Reads a token as Envoy's jwt_verify_lib does, which finds these faults before it looks for a key. */
export function readToken(token: string): ReadToken {
  const sections = token.split('.')
  const [head = '', payload = '', signature = ''] = sections
  if (sections.length !== 3 || sections.includes(''))
    return { problem: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections' }
  const headText = decoded(head)
  if (headText === undefined) return { problem: 'Jwt header is an invalid Base64url encoded' }
  const header = parsed(headText)
  if (header === undefined) return { problem: 'Jwt header is an invalid JSON' }
  if (typeof header.alg !== 'string') return { problem: 'Jwt header [alg] field is required and must be a string' }
  if (!algorithms.has(header.alg)) return { problem: 'Jwt header [alg] is not supported' }
  if (header.kid !== undefined && typeof header.kid !== 'string')
    return { problem: 'Jwt header [kid] field is not a string' }
  const payloadText = decoded(payload)
  if (payloadText === undefined) return { problem: 'Jwt payload is an invalid Base64url encoded' }
  const claims = parsed(payloadText)
  if (claims === undefined) return { problem: 'Jwt payload is an invalid JSON' }
  const problem = wrongClaim(claims)
  if (problem !== undefined) return { problem }
  if (decoded(signature) === undefined) return { problem: 'Jwt signature is an invalid Base64url encoded' }
  return { claims }
}

/** What is wrong with the type of a registered claim. */
function wrongClaim(claims: JsonObject): string | undefined {
  for (const name of ['iss', 'sub', 'iat', 'nbf', 'exp', 'jti']) {
    const value = claims[name]
    if (value === undefined) continue
    const isTime = name === 'iat' || name === 'nbf' || name === 'exp'
    if (isTime ? typeof value !== 'number' : typeof value !== 'string')
      return `Jwt payload [${name}] field is not ${isTime ? 'an integer' : 'a string'}`
  }
  const { aud } = claims
  const isAudience = aud === undefined || typeof aud === 'string' || (Array.isArray(aud) && aud.every(isText))
  return isAudience ? undefined : 'Jwt payload [aud] field is not a string or string list'
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** The text of a base64url section; undefined for an empty one and for what is none. */
function decoded(section: string): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(section) || section.length % 4 === 1) return undefined
  const bytes = Uint8Array.from(atob(section.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
