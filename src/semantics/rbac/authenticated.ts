import { isObject, type JsonObject, objectOf } from '../../envoy/json.ts'
import { typedConfig } from '../../envoy/model/typed-config.ts'
import { presentedCertificate } from '../connection/downstream-tls.ts'
import { stringMatches } from '../matching/string-match.ts'
import { anyOf, type Truth } from '../matching/ternary.ts'
import type { ClientCertificate } from '../request.ts'
import type { RbacContext } from './rbac-decision.ts'

/**
 * `Principal.authenticated`: without a name any client of TLS; else a URI in its certificate, a DNS name, or at last the subject, which is
 * empty without a certificate. (RBAC matchers.cc, AuthenticatedMatcher)
 */
export function authenticated(
  { principal_name: matcher }: JsonObject,
  { connection, downstreamTls }: RbacContext,
): Truth {
  if (downstreamTls === undefined || connection.tls === undefined) return false
  if (!isObject(matcher)) return true
  const { certificate } = connection.tls
  if (certificate === undefined || !presentedCertificate(connection, downstreamTls).presented)
    return stringMatches(matcher, '')
  const names = namesIn(certificate)
  return names === undefined ? undefined : anyOf(names.map((name) => stringMatches(matcher, name)))
}

/**
 * `Principal.custom`, as far as it is known here: `envoy.rbac.principals.mtls_authenticated` asks for a certificate that was validated,
 * and on demand for a name in it.
 */
export function customPrincipal(custom: JsonObject, { connection, downstreamTls }: RbacContext): Truth {
  const { type, config } = typedConfig(custom)
  if (!type.startsWith('envoy.extensions.rbac.principals.mtls_authenticated.')) return undefined
  if (!presentedCertificate(connection, downstreamTls).validated) return false
  if (!isObject(config.san_matcher)) return config.any_validated_client_certificate === true
  const matcher = objectOf(config.san_matcher.matcher)
  const { uriSans, dnsSans } = connection.tls?.certificate ?? {}
  const names =
    config.san_matcher.san_type === 'URI' ? uriSans : config.san_matcher.san_type === 'DNS' ? dnsSans : undefined
  return names === undefined ? undefined : anyOf(names.map((name) => stringMatches(matcher, name)))
}

/** Every name that counts; undefined where the certificate's names are not known. Those that are left out beside others are none. */
function namesIn({ uriSans, dnsSans, subject }: ClientCertificate): string[] | undefined {
  if (uriSans === undefined && dnsSans === undefined && subject === undefined) return undefined
  return [...(uriSans ?? []), ...(dnsSans ?? []), ...(subject === undefined ? [] : [subject])]
}
