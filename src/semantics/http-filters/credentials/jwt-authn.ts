import { continueWith, respond, undecided } from '../../filters/filter-result.ts'
import type { HttpFilterType } from '../../filters/http-filter-type.ts'
import { because } from '../../reasons/reason.ts'
import { jwtVerdict } from './jwt-requirement.ts'

/** JSON web tokens: a missing token is decidable, whether a token is valid is not. */
export const jwtAuthn: HttpFilterType = {
  types: ['envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication'],
  names: ['envoy.filters.http.jwt_authn'],
  authorizes: true,
  disabledPerRoute: true,
  evaluate({ config, overrides, context }) {
    const [override] = overrides
    const { passes, status, details, wrongRequirement } = jwtVerdict(config, override, context)
    if (passes === true) return continueWith()
    if (passes === undefined) return undecided(because('jwt-token-unchecked', {}))
    const reason =
      wrongRequirement === undefined
        ? because('jwt-missing', {})
        : because('jwt-requirement-unknown', { requirement: wrongRequirement })
    return respond({ kind: 'denied', status, details, reason })
  },
}
