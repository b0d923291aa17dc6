import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../envoy/json.ts'
import { cidrContains, parseCidr, parseIp } from '../../envoy/model/ip.ts'
import { peerFact } from '../connection.ts'
import { headerMatches } from '../matching/header-match.ts'
import { matchedPath } from '../matching/matched-path.ts'
import { dynamicMetadataMatches, metadataMatches } from '../matching/metadata-match.ts'
import { stringMatches } from '../matching/string-match.ts'
import { allOf, anyOf, not, type Truth } from '../matching/ternary.ts'
import { matchTemplate } from '../matching/uri-template.ts'
import type { UndecidedReason } from '../reasons/filter-conditions.ts'
import { because } from '../reasons/reason.ts'
import { authenticated, customPrincipal } from './authenticated.ts'
import { missedPolicies } from './missed-policies.ts'
import { denial, type RbacContext, type RbacDecision } from './rbac-decision.ts'
import { evaluateRbacMatcher } from './rbac-matcher.ts'
import { unknownFacts } from './unknown-facts.ts'

/** Evaluates an `envoy.extensions.filters.{http,network}.rbac.v3.RBAC`. Shadow rules only log and are left out. */
export function evaluateRbac(config: JsonObject, context: RbacContext): RbacDecision {
  if (isObject(config.matcher)) return evaluateRbacMatcher(config.matcher, context)
  if (!isObject(config.rules)) return { allowed: true, details: '', reason: because('rbac-no-rules', {}) }
  const action = stringOf(config.rules.action) ?? 'ALLOW'
  if (action === 'LOG') return { allowed: true, details: '', reason: because('rbac-logs-only', {}) }
  const policies = Object.entries(objectOf(config.rules.policies)).sort(([a], [b]) => (a < b ? -1 : 1))
  let undecided: UndecidedReason | undefined
  for (const [policy, value] of policies) {
    const matched = policyMatches(objectOf(value), context)
    if (matched === undefined) undecided ??= undecidedReason(policy, objectOf(value), context)
    if (matched !== true) continue
    // An earlier policy that may match decides the same way, only under another name.
    const details = denial(policy)
    return action === 'ALLOW'
      ? { allowed: true, details, reason: because('rbac-allowed', { policy }), policy }
      : { allowed: false, details, reason: because('rbac-denied', { policy }), policy }
  }
  if (undecided !== undefined) return { allowed: undefined, details: '', reason: undecided }
  const reason = because('rbac-no-policy-matches', { action })
  if (action === 'DENY') return { allowed: true, details: denial('none'), reason }
  const missed = missedPolicies(policies, {
    permission: (rule) => permissionMatches(rule, context),
    principal: (rule) => principalMatches(rule, context),
  })
  return { allowed: false, details: denial('none'), reason, missed }
}

function undecidedReason(policy: string, rules: JsonObject, context: RbacContext): UndecidedReason {
  if (hasCondition(rules)) return because('rbac-cel-condition', { policy })
  const known = { headers: context.request?.headers, peer: peerFact(context.connection) }
  const unknown = [
    ...unknownFacts(objectsOf(rules.permissions), (rule) => permissionMatches(rule, context), known),
    ...unknownFacts(objectsOf(rules.principals), (rule) => principalMatches(rule, context), known),
  ]
  return unknown.length === 0
    ? because('rbac-policy-undecided', { policy })
    : because('rbac-policy-depends-on-unknown', { policy, unknown: [...new Set(unknown)] })
}

function hasCondition({ condition, checked_condition: checked }: JsonObject): boolean {
  return condition !== undefined || checked !== undefined
}

function policyMatches(policy: JsonObject, context: RbacContext): Truth {
  const condition: Truth = hasCondition(policy) ? undefined : true
  return allOf([
    anyOf(objectsOf(policy.permissions).map((permission) => permissionMatches(permission, context))),
    anyOf(objectsOf(policy.principals).map((principal) => principalMatches(principal, context))),
    condition,
  ])
}

function permissionMatches(permission: JsonObject, context: RbacContext): Truth {
  const { connection } = context
  if (isObject(permission.and_rules)) {
    return allOf(objectsOf(permission.and_rules.rules).map((rule) => permissionMatches(rule, context)))
  }
  if (isObject(permission.or_rules)) {
    return anyOf(objectsOf(permission.or_rules.rules).map((rule) => permissionMatches(rule, context)))
  }
  if (isObject(permission.not_rule)) return not(permissionMatches(permission.not_rule, context))
  if (isObject(permission.destination_ip))
    return connection.local !== undefined && inRange(permission.destination_ip, connection.local.address)
  if (permission.destination_port !== undefined) return connection.local?.port === numberOf(permission.destination_port)
  if (isObject(permission.destination_port_range)) {
    const port = connection.local?.port ?? -1
    const { start, end } = permission.destination_port_range
    return port >= (numberOf(start) ?? 0) && port < (numberOf(end) ?? 0)
  }
  if (isObject(permission.requested_server_name))
    return connection.sniUnknown ? undefined : stringMatches(permission.requested_server_name, connection.sni)
  return commonMatches(permission, context)
}

function principalMatches(principal: JsonObject, context: RbacContext): Truth {
  const { connection } = context
  if (isObject(principal.and_ids))
    return allOf(objectsOf(principal.and_ids.ids).map((id) => principalMatches(id, context)))
  if (isObject(principal.or_ids))
    return anyOf(objectsOf(principal.or_ids.ids).map((id) => principalMatches(id, context)))
  if (isObject(principal.not_id)) return not(principalMatches(principal.not_id, context))
  if (isObject(principal.authenticated)) return authenticated(principal.authenticated, context)
  if (isObject(principal.custom)) return customPrincipal(principal.custom, context)
  if (isObject(principal.source_ip)) return inRange(principal.source_ip, connection.remote.address)
  if (isObject(principal.direct_remote_ip)) return inRange(principal.direct_remote_ip, connection.directRemote.address)
  if (isObject(principal.remote_ip))
    return inRange(principal.remote_ip, (context.request?.client ?? connection.remote).address)
  return commonMatches(principal, context)
}

/** First version whose RBAC matches each value of a header for itself (runtime guard rbac_match_headers_individually). */
const individualHeaders = 1038

/** The conditions that permissions and principals share. */
function commonMatches(rule: JsonObject, context: RbacContext): Truth {
  const { request, known } = context
  if (rule.any === true) return true
  if (isObject(rule.header))
    return request === undefined ? false : headerMatches(rule.header, request.headers, individualHeaders)
  const path = matchedPath(request?.path ?? '', false)
  if (isObject(rule.url_path)) return stringMatches(objectOf(rule.url_path.path), path)
  if (isObject(rule.uri_template))
    return matchTemplate(stringOf(objectOf(rule.uri_template.typed_config).path_template) ?? '', path) !== undefined
  if (isObject(rule.metadata)) return dynamicMetadataMatches(rule.metadata, known)
  if (isObject(rule.sourced_metadata)) return sourcedMetadataMatches(rule.sourced_metadata, context)
  if (isObject(rule.filter_state)) {
    const value = filterState(stringOf(rule.filter_state.key) ?? '', context)
    return value === undefined ? undefined : stringMatches(objectOf(rule.filter_state.string_match), value)
  }
  return undefined
}

/** `SourcedMetadata`: dynamic metadata, or what the route has (`ROUTE`). */
function sourcedMetadataMatches(
  { metadata_matcher: matcher, metadata_source: source }: JsonObject,
  { known, routeMetadata }: RbacContext,
): Truth {
  return source === 'ROUTE'
    ? metadataMatches(objectOf(matcher), routeMetadata ?? {})
    : dynamicMetadataMatches(objectOf(matcher), known)
}

/** Istio puts the peer's SPIFFE identity into filter state. */
function filterState(key: string, { known, connection, downstreamTls }: RbacContext): string | undefined {
  if (key !== 'io.istio.peer_principal') return known.filterState?.[key]
  if (downstreamTls === undefined || connection.tls?.certificate === undefined) return known.filterState?.[key] ?? ''
  return known.filterState?.[key] ?? connection.tls.certificate.uriSans?.[0]
}

/** Whether an address is in a range; undefined when the address is not known. */
function inRange(range: JsonObject, address: string | undefined): Truth {
  if (address === undefined) return undefined
  const cidr = parseCidr(range)
  const ip = parseIp(address)
  return cidr !== undefined && ip !== undefined && cidrContains(cidr, ip)
}
