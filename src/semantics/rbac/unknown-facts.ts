import { isObject, type JsonObject, objectsOf, stringOf } from '../../envoy/json.ts'
import type { Headers } from '../matching/http-headers.ts'
import type { Truth } from '../matching/ternary.ts'
import type { UnknownFact } from '../reasons/unknown-facts.ts'

interface KnownSoFar {
  readonly headers: Headers | undefined
  /** What would tell the peer of the connection. */
  readonly peer: UnknownFact
}

/**
 * What has to be known to decide these permissions or principals.
 * @param matches whether one of them matches, as far as is known
 */
export function unknownFacts(
  rules: readonly JsonObject[],
  matches: (rule: JsonObject) => Truth,
  known: KnownSoFar,
): UnknownFact[] {
  return rules
    .filter((rule) => matches(rule) === undefined)
    .flatMap((rule) => {
      const parts = partsOf(rule)
      return parts === undefined ? factOf(rule, known) : unknownFacts(parts, matches, known)
    })
}

function partsOf({
  and_rules,
  or_rules,
  not_rule,
  and_ids,
  or_ids,
  not_id,
}: JsonObject): readonly JsonObject[] | undefined {
  const not = not_rule ?? not_id
  if (isObject(not)) return [not]
  const set = and_rules ?? or_rules ?? and_ids ?? or_ids
  return isObject(set) ? objectsOf(set.rules ?? set.ids) : undefined
}

function factOf(rule: JsonObject, { headers, peer }: KnownSoFar): UnknownFact[] {
  if (isObject(rule.destination_ip)) return ['address']
  if (isObject(rule.requested_server_name)) return ['sni']
  if (isObject(rule.header)) return [headers?.unknown(stringOf(rule.header.name) ?? '') ?? 'generated']
  if (isObject(rule.direct_remote_ip)) return [peer]
  if (isObject(rule.source_ip) || isObject(rule.remote_ip)) return ['source']
  if (isObject(rule.metadata) && ofTokens.has(rule.metadata.filter)) return ['claims']
  const byName = isObject(rule.filter_state) && rule.filter_state.key === 'io.istio.peer_principal'
  return byName || isObject(rule.authenticated) || isObject(rule.custom) ? ['principal'] : []
}

/** Namespaces of dynamic metadata in which filters write what a token says. */
const ofTokens: ReadonlySet<unknown> = new Set(['envoy.filters.http.jwt_authn', 'istio_authn'])
