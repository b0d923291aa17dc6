import { type JsonObject, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { continueWith, type FilterResult, respond, undecided } from '../../filters/filter-result.ts'
import { type FilterInput, type HttpFilterType, stateOf } from '../../filters/http-filter-type.ts'
import { withOpenMetadata } from '../../filters/request-state.ts'
import { isPreflight } from '../../http/preflight.ts'
import { because } from '../../reasons/reason.ts'
import { mismatchOf } from '../../routes/route-match.ts'
import { wrongAudience } from './jwt-check.ts'
import { withClaims, writtenBy } from './jwt-claims.ts'
import { type RequirementStatus, requirementStatus } from './jwt-requirement.ts'

/**
 * JSON web tokens: that one is missing, malformed, expired or of another issuer is decidable, whether its signature is right is not.
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter
 */
export const jwtAuthn: HttpFilterType = {
  types: ['envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication'],
  names: ['envoy.filters.http.jwt_authn'],
  authorizes: true,
  evaluate(input) {
    const { config, overrides, context, token, now } = input
    if (config.bypass_cors_preflight === true && isPreflight(context.request)) return continueWith()
    const map = objectOf(config.requirement_map)
    const name = stringOf(overrides[0]?.requirement_name)
    if (name && map[name] === undefined) return wrongRequirement(name, map)
    const requirement = name ? objectOf(map[name]) : requirementByRules(input, map)
    if (requirement === undefined) return continueWith()
    const providers = Object.entries(objectOf(config.providers)).map(
      ([known, provider]) => [known, objectOf(provider)] as const,
    )
    return resultOf(requirementStatus(requirement, { providers, request: context.request, token, now }), input)
  },
}

function wrongRequirement(requirement: string, map: JsonObject): FilterResult {
  const known = Object.keys(map).sort().join(',_')
  const details = `jwt_authn_access_denied{Wrong_requirement_name:_${requirement}._It_should_be_one_of_[${known}]}`
  return respond({ kind: 'denied', status: 403, details, reason: because('jwt-requirement-unknown', { requirement }) })
}

function requirementByRules({ config, context }: FilterInput, map: JsonObject): JsonObject | undefined {
  const rule = objectsOf(config.rules).find((candidate) => mismatchOf(objectOf(candidate.match), context) === undefined)
  if (rule === undefined) return undefined
  const named = stringOf(rule.requirement_name)
  return named ? objectOf(map[named]) : objectOf(rule.requires)
}

function resultOf(status: RequirementStatus, input: FilterInput): FilterResult {
  switch (status.kind) {
    case 'passes':
      return withClaims(status.valid, status.certain, input)
    case 'unknown': {
      const reason = because(unknownReasons[status.on], {})
      const providers = Object.values(objectOf(input.config.providers)).map(objectOf)
      return undecided(reason, { state: withOpenMetadata(stateOf(input), writtenBy(providers)) })
    }
    case 'missing':
      return refuse('Jwt is missing', 401, because('jwt-missing', {}))
    default: {
      const { message } = status
      return refuse(message, message === wrongAudience ? 403 : 401, because('jwt-invalid', { message }))
    }
  }
}

const unknownReasons = {
  signature: 'jwt-token-unchecked',
  time: 'jwt-time-unknown',
  iss: 'jwt-issuer-unknown',
  aud: 'jwt-audience-unknown',
} as const

function refuse(message: string, status: number, reason: Parameters<typeof respond>[0]['reason']): FilterResult {
  return respond({
    kind: 'denied',
    status,
    details: `jwt_authn_access_denied{${message.replaceAll(' ', '_')}}`,
    reason,
  })
}
