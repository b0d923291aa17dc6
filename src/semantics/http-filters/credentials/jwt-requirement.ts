import { isObject, type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../../envoy/json.ts'
import type { DecodedRequest } from '../../matching/http-headers.ts'
import type { ValidToken } from '../../request.ts'
import { checkToken, checkValid, isIssuer, type TokenStatus, unknownIssuer } from './jwt-check.ts'
import { readToken } from './jwt-token.ts'
import { tokensOf } from './token-locations.ts'

/** What tokens are judged by. */
export interface TokenContext {
  readonly providers: readonly (readonly [name: string, provider: JsonObject])[]
  readonly request: DecodedRequest
  readonly token: ValidToken | undefined
  readonly now: Date | undefined
}

/** Whether a requirement lets a request pass, and the tokens that count for it. */
export type RequirementStatus =
  | { readonly kind: 'passes'; readonly valid: readonly Valid[]; readonly certain: boolean }
  | Exclude<TokenStatus, Valid>

type Valid = Extract<TokenStatus, { kind: 'valid' }>

const passes: Extract<RequirementStatus, { kind: 'passes' }> = { kind: 'passes', valid: [], certain: true }

/**
 * A `JwtRequirement`. https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/jwt_authn/v3/config.proto
 * (Verifier::innerCreate)
 */
export function requirementStatus(requirement: JsonObject, context: TokenContext): RequirementStatus {
  if (isObject(requirement.requires_any)) return anyStatus(objectsOf(requirement.requires_any.requirements), context)
  if (isObject(requirement.requires_all)) {
    return allStatus(objectsOf(requirement.requires_all.requirements).map((one) => requirementStatus(one, context)))
  }
  if (isObject(requirement.allow_missing_or_failed)) return whateverIsSent(context)
  if (isObject(requirement.allow_missing)) return unlessMissing(anyProviderStatus(context))
  const { provider_name: name, audiences } = isObject(requirement.provider_and_audiences)
    ? requirement.provider_and_audiences
    : requirement
  if (stringOf(name) === undefined) return passes
  return outcomeOf(providerStatus(stringOf(name) ?? '', stringsOf(audiences), context))
}

/** `allow_missing` and `allow_missing_or_failed` beside others only excuse what those find. */
function anyStatus(requirements: readonly JsonObject[], context: TokenContext): RequirementStatus {
  const excusesAll = requirements.some((one) => isObject(one.allow_missing_or_failed))
  const excusesMissing = requirements.some((one) => isObject(one.allow_missing))
  const others = requirements.filter((one) => !isObject(one.allow_missing) && !isObject(one.allow_missing_or_failed))
  if (others.length === 0) return excusesAll ? whateverIsSent(context) : unlessMissing(anyProviderStatus(context))
  const found = firstPass(others.map((one) => requirementStatus(one, context)))
  if (found.kind === 'passes') return found
  if (excusesAll) return { ...passes, certain: found.kind !== 'unknown' }
  return excusesMissing && found.kind === 'missing' ? passes : found
}

/** The first that passes; else what is not known; else the last failure, of which a missing token says least. */
function firstPass(all: readonly RequirementStatus[]): RequirementStatus {
  const passed = all.find(({ kind }) => kind === 'passes')
  const open = all.find(({ kind }) => kind === 'unknown')
  if (passed?.kind === 'passes') return open === undefined ? passed : { ...passed, certain: false }
  return open ?? all.findLast(saysMost) ?? all.findLast(({ kind }) => kind === 'invalid') ?? { kind: 'missing' }
}

function saysMost(status: RequirementStatus): boolean {
  return status.kind === 'invalid' && status.message !== unknownIssuer
}

function allStatus(all: readonly RequirementStatus[]): RequirementStatus {
  const failed = all.find(({ kind }) => kind === 'missing' || kind === 'invalid')
  const open = all.find(({ kind }) => kind === 'unknown')
  if (failed ?? open) return failed ?? open ?? passes
  const passed = all.filter((one) => one.kind === 'passes')
  return {
    kind: 'passes',
    valid: passed.flatMap(({ valid }) => valid),
    certain: passed.every(({ certain }) => certain),
  }
}

function outcomeOf(status: TokenStatus): RequirementStatus {
  return status.kind === 'valid' ? { kind: 'passes', valid: [status], certain: true } : status
}

function unlessMissing(status: TokenStatus): RequirementStatus {
  return status.kind === 'missing' ? passes : outcomeOf(status)
}

function whateverIsSent(context: TokenContext): RequirementStatus {
  const status = anyProviderStatus(context)
  if (status.kind === 'valid') return outcomeOf(status)
  return { ...passes, certain: status.kind !== 'unknown' }
}

/** The first token that a provider finds decides. */
function providerStatus(name: string, own: readonly string[], context: TokenContext): TokenStatus {
  const { providers, request, token, now } = context
  const provider = providers.find(([known]) => known === name)?.[1]
  if (provider === undefined) return { kind: 'missing' }
  const audiences = own.length > 0 ? own : stringsOf(provider.audiences)
  if (token !== undefined) return checkValid(token, provider, audiences, hasOneIssuer(context))
  const [sent] = tokensOf(provider, request)
  return sent === undefined ? { kind: 'missing' } : checkToken(sent.token, provider, audiences, now)
}

/** Without a named provider the token's issuer says whose it is. */
function anyProviderStatus(context: TokenContext): TokenStatus {
  const { providers, request, token, now } = context
  if (token !== undefined) {
    const all = providers.map(([name]) => providerStatus(name, [], context))
    return (
      all.find(({ kind }) => kind === 'valid') ??
      all.find(({ kind }) => kind === 'unknown') ??
      all.find((status) => status.kind === 'invalid' && status.message !== unknownIssuer) ?? {
        kind: 'invalid',
        message: unknownIssuer,
      }
    )
  }
  const sent = providers
    .flatMap(([, provider]) => tokensOf(provider, request).map((one) => ({ ...one, provider })))
    .toSorted((a, b) => (a.header ?? '~').localeCompare(b.header ?? '~'))
  const [first] = sent
  if (first === undefined) return { kind: 'missing' }
  const read = readToken(first.token)
  if ('problem' in read) return { kind: 'invalid', message: read.problem }
  const lookers = sent.filter((one) => one.token === first.token).map(({ provider }) => provider)
  const issuer = lookers.find((provider) => isIssuer(provider, read.claims))
  if (issuer === undefined) return { kind: 'invalid', message: unknownIssuer }
  return checkToken(first.token, issuer, stringsOf(issuer.audiences), now)
}

function hasOneIssuer({ providers }: TokenContext): boolean {
  return new Set(providers.map(([, provider]) => objectOf(provider).issuer)).size === 1
}
