import type { Step } from '../../../../envoy/control-plane/with-words.ts'
import { details } from './code-detail.ts'

const token: Step = {
  text: 'Send a valid token, or exempt the path: kubectl proxy-config listeners -o yaml has issuers and audiences.',
  topic: 'tokens',
}

/** What the filter jwt_authn answers, by its reason. (source/extensions/filters/http/jwt_authn) */
export const tokenDetails = details('filters', [
  [
    'jwt_authn_access_denied*',
    'token refused',
    'policy',
    'certain',
    'The request has no token that is accepted; the reason stands in braces',
    ['jwt_authn.providers', 'jwt_authn.rules'],
    token,
  ],
  [
    'jwt_authn_access_denied{Jwt_is_missing}',
    'no token',
    'client',
    'certain',
    'The request has no token, and the path asks for one',
    ['jwt_authn.rules'],
    token,
  ],
  [
    'jwt_authn_access_denied{Jwt_is_expired}',
    'token expired',
    'client',
    'certain',
    'The token has expired',
    ['jwt_authn.providers.clock_skew_seconds'],
    'Have the client get a new token; compare the clocks.',
  ],
  [
    'jwt_authn_access_denied{Jwt_not_yet_valid}',
    'token not yet valid',
    'client',
    'certain',
    'The token is not valid yet',
    ['jwt_authn.providers.clock_skew_seconds'],
    'Compare the clocks.',
  ],
  [
    'jwt_authn_access_denied{Jwt_issuer_is_not_configured}',
    'unknown issuer',
    'client',
    'certain',
    'No provider of the proxy has the issuer of the token',
    ['jwt_authn.providers.issuer'],
    { text: 'Compare iss of the token with the issuers.', topic: 'tokens' },
  ],
  [
    'jwt_authn_access_denied{Audiences_in_Jwt_are_not_allowed}',
    'wrong audience',
    'client',
    'certain',
    'The token is not for this audience',
    ['jwt_authn.providers.audiences'],
    { text: 'Compare aud of the token with the audiences.', topic: 'tokens' },
  ],
  [
    'jwt_authn_access_denied{Jwt_verification_fails}',
    'signature wrong',
    'client',
    'certain',
    'The signature of the token does not fit the keys of its issuer',
    ['jwt_authn.providers.remote_jwks'],
    'Is the token of this issuer, and were its keys rotated?',
  ],
  [
    "jwt_authn_access_denied{Jwks_doesn't_have_key_to_match_kid_or_alg_from_Jwt}",
    'key unknown',
    'client',
    'certain',
    'The issuer has no key that fits kid and alg of the token',
    ['jwt_authn.providers.remote_jwks'],
    'Is the token of this issuer, and were its keys rotated?',
  ],
  [
    'jwt_authn_access_denied{Jwks_remote_fetch_is_failed}',
    'keys not fetched',
    'network',
    'certain',
    'The keys of the issuer could not be fetched, so that no token can be checked',
    ['jwt_authn.providers.remote_jwks.http_uri'],
    'Can the proxy, or the control plane that fetches them for it, reach the URI of the keys? kubectl proxy-config stats POD --filter jwks.',
  ],
])
