import { isObject, type JsonObject, numberOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import { stringMatches } from '../../matching/string-match.ts'
import type { ValidToken } from '../../request.ts'
import { readToken } from './jwt-token.ts'

/** What Envoy finds out about a token, or what it depends on where that is not known. */
export type TokenStatus =
  | {
      readonly kind: 'valid'
      readonly provider: JsonObject
      readonly token: ValidToken
      readonly header?: string | undefined
    }
  /** @property message in the words of Envoy's jwt_verify_lib */
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unknown'; readonly on: 'signature' | 'time' | 'iss' | 'aud' }

export const unknownIssuer = 'Jwt issuer is not configured'
export const wrongAudience = 'Audiences in Jwt are not allowed'
/** What Envoy says of a token that does not hold what the provider asks for. */
const notVerified = 'Jwt verification fails'

/** Seconds by which clocks may differ, unless a provider says otherwise. */
const clockSkew = 60

/**
 * A token against the provider that is to have issued it, up to its signature, which is not checked here.
 * (AuthenticatorImpl::startVerify)
 * @param audiences those of the requirement, else of the provider
 * @param now undefined where no moment is given
 */
export function checkToken(
  text: string,
  provider: JsonObject,
  audiences: readonly string[],
  now: Date | undefined,
): TokenStatus {
  const read = readToken(text)
  if ('problem' in read) return { kind: 'invalid', message: read.problem }
  const { claims } = read
  if (!isIssuer(provider, claims)) return { kind: 'invalid', message: unknownIssuer }
  const late = lateness(claims, provider, now)
  if (late !== undefined) return late
  if (!holds(claims, provider)) return { kind: 'invalid', message: notVerified }
  if (!isAudience(claims, audiences)) return { kind: 'invalid', message: wrongAudience }
  return { kind: 'unknown', on: 'signature' }
}

/** The same for a token that is valid as far as its signature and its dates go. */
export function checkValid(
  token: ValidToken,
  provider: JsonObject,
  audiences: readonly string[],
  only: boolean,
): TokenStatus {
  const { claims, complete } = token
  const issuer = stringOf(provider.issuer)
  if (issuer && claims.iss === undefined && !complete && !only) return { kind: 'unknown', on: 'iss' }
  if (!isIssuer(provider, claims) && !(claims.iss === undefined && !complete))
    return { kind: 'invalid', message: unknownIssuer }
  if (audiences.length > 0 && claims.aud === undefined && !complete) return { kind: 'unknown', on: 'aud' }
  if (!isAudience(claims, audiences)) return { kind: 'invalid', message: wrongAudience }
  return { kind: 'valid', provider, token }
}

/** A provider without an issuer takes tokens of any. */
export function isIssuer(provider: JsonObject, { iss }: JsonObject): boolean {
  const issuer = stringOf(provider.issuer)
  return !issuer || issuer === iss
}

function lateness(claims: JsonObject, provider: JsonObject, now: Date | undefined): TokenStatus | undefined {
  const { exp, nbf } = claims
  if (exp === undefined && nbf === undefined) return undefined
  if (now === undefined) return { kind: 'unknown', on: 'time' }
  const skew = numberOf(provider.clock_skew_seconds) || clockSkew
  const seconds = Math.floor(now.getTime() / 1000)
  if (typeof nbf === 'number' && nbf > seconds + skew) return { kind: 'invalid', message: 'Jwt not yet valid' }
  return typeof exp === 'number' && exp + skew < seconds ? { kind: 'invalid', message: 'Jwt is expired' } : undefined
}

/** What a provider asks of the claims besides. */
function holds({ exp, iat, nbf, sub }: JsonObject, provider: JsonObject): boolean {
  const lifetime = secondsOf(provider.max_lifetime)
  if ((provider.require_expiration === true || lifetime !== undefined) && exp === undefined) return false
  if (lifetime !== undefined && typeof exp === 'number') {
    const start = numberOf(iat) ?? numberOf(nbf)
    if (start === undefined || exp - start > lifetime) return false
  }
  return !isObject(provider.subjects) || stringMatches(provider.subjects, stringOf(sub) ?? '') === true
}

/** A Duration as protobuf-JSON writes it, `3.5s`. */
function secondsOf(duration: unknown): number | undefined {
  return numberOf(stringOf(duration)?.replace(/s$/, ''))
}

/** Schemes and a slash at the end do not count. (CheckAudience of jwt_verify_lib) */
function isAudience({ aud }: JsonObject, audiences: readonly string[]): boolean {
  const allowed = audiences.map(bare)
  return allowed.length === 0 || stringsOf(aud).some((one) => allowed.includes(bare(one)))
}

function bare(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '')
}
