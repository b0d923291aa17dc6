import { type JsonObject, objectOf, objectsOf, stringOf, stringsOf } from '../../envoy/json.ts'
import { describeString, stringMatches } from '../matching/string-match.ts'
import type { Truth } from '../matching/ternary.ts'

/** What a validation context asks of the subject alternative names of a certificate. */
export interface SanMatcher {
  /** Prefix of the names that count, as in `URI:spiffe://…`; any kind when absent. */
  readonly kind?: string | undefined
  /** `envoy.type.matcher.v3.StringMatcher` */
  readonly matcher: JsonObject
}

/** Kinds of names, by `san_type`, as certificates are printed. */
const kinds: ReadonlyMap<string, string> = new Map(
  Object.entries({ DNS: 'DNS', URI: 'URI', EMAIL: 'email', IP_ADDRESS: 'IP Address', OTHER_NAME: 'othername' }),
)

/** The matchers of a context, of which one has to match; none when any name will do. @param common `common_tls_context` */
export function sanMatchers(common: JsonObject): SanMatcher[] {
  const context = validationContextOf(common)
  return [
    ...stringsOf(context.verify_subject_alt_name).map((exact) => ({ matcher: { exact } })),
    ...objectsOf(context.match_subject_alt_names).map((matcher) => ({ matcher })),
    ...objectsOf(context.match_typed_subject_alt_names).map(({ san_type, matcher }) => ({
      kind: kinds.get(stringOf(san_type) ?? ''),
      matcher: objectOf(matcher),
    })),
  ]
}

/** The validation context that stands in a TLS context itself. @param common `common_tls_context` */
export function validationContextOf(common: JsonObject): JsonObject {
  return objectOf(common.validation_context ?? objectOf(common.combined_validation_context).default_validation_context)
}

/** `spiffe://…` of an exact matcher, else what it asks for in words. */
export function sanText({ matcher }: SanMatcher): string {
  return stringOf(matcher.exact) ?? describeString(matcher)
}

/**
 * Whether one of the names satisfies one of the matchers. (DefaultCertValidator::matchSubjectAltName)
 * @param names `URI:spiffe://…`, `DNS:…`
 */
export function namesMatch(matchers: readonly SanMatcher[], names: readonly string[]): Truth {
  const verdicts = matchers.flatMap((matcher) => names.map((name) => nameMatches(matcher, name)))
  if (verdicts.includes(true)) return true
  return verdicts.includes(undefined) ? undefined : false
}

function nameMatches({ kind, matcher }: SanMatcher, name: string): Truth {
  const colon = name.indexOf(':')
  const [ofKind, value] = [name.slice(0, colon), name.slice(colon + 1)]
  if (kind !== undefined && kind !== ofKind) return false
  const { exact } = matcher
  if (ofKind === 'DNS' && typeof exact === 'string') return dnsNameMatches(exact, value)
  return stringMatches(matcher, value)
}

/** A certificate's wildcard stands for one label. (Utility::dnsNameMatch) */
function dnsNameMatches(wanted: string, ofCertificate: string): boolean {
  const [name, pattern] = [wanted.toLowerCase(), ofCertificate.toLowerCase()]
  if (name === pattern) return true
  const dot = name.indexOf('.')
  return pattern.startsWith('*.') && pattern.length > 2 && dot > 0 && name.slice(dot) === pattern.slice(1)
}
