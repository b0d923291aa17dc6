import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf, stringsOf } from '../json.ts'
import { redact } from '../redaction/redact.ts'
import { fractionOf } from './fractional-percent.ts'
import { percentCell } from './percent.ts'
import { redirectStatuses } from './redirect-statuses.ts'
import { conditionText, stringMatchText } from './string-match-text.ts'

/**
 * The path condition of a RouteMatch as istioctl writes it: `/prefix*`, `PathPrefix:/a`, `/exact`, `regex R`. Empty when it has none.
 * https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto#config-route-v3-routematch
 */
export function pathText(match: JsonObject): string {
  const { prefix, path, path_separated_prefix, safe_regex, regex, path_match_policy, connect_matcher } = match
  const parts: string[] = []
  if (typeof prefix === 'string') parts.push(`${prefix}*`)
  if (typeof path_separated_prefix === 'string') parts.push(`PathPrefix:${path_separated_prefix}`)
  if (typeof path === 'string') parts.push(path)
  const expression = isObject(safe_regex) ? (stringOf(safe_regex.regex) ?? '') : stringOf(regex)
  if (expression !== undefined) parts.push(expression === '' ? 'regex' : `regex ${expression}`)
  if (isObject(path_match_policy)) {
    parts.push(`template ${stringOf(objectOf(path_match_policy.typed_config).path_template) ?? ''}`)
  }
  if (isObject(connect_matcher)) parts.push('CONNECT')
  return parts.join(' ')
}

/** Every other condition of a RouteMatch: headers, query, method, cookies, gRPC, runtime fraction, TLS, metadata; credentials hidden. */
export function conditionTexts(match: JsonObject): string[] {
  const conditions: string[] = []
  for (const header of shownList(match, 'headers')) {
    const name = stringOf(header.name) ?? ''
    conditions.push(name === ':method' ? conditionText('method', header) : `header ${conditionText(name, header)}`)
  }
  for (const parameter of shownList(match, 'query_parameters')) {
    conditions.push(`query ${conditionText(stringOf(parameter.name) ?? '', parameter)}`)
  }
  for (const cookie of shownList(match, 'cookies')) {
    conditions.push(`cookie ${conditionText(stringOf(cookie.name) ?? '', cookie)}`)
  }
  if (isObject(match.grpc)) conditions.push('grpc')
  const fraction = objectOf(match.runtime_fraction)
  if (isObject(fraction.default_value)) conditions.push(`runtime ${fractionText(fraction.default_value)}`)
  const tls = objectOf(match.tls_context)
  if ('presented' in tls) conditions.push(tls.presented === true ? 'client certificate' : 'no client certificate')
  if ('validated' in tls)
    conditions.push(tls.validated === true ? 'valid client certificate' : 'no valid client certificate')
  for (const metadata of objectsOf(match.dynamic_metadata)) {
    const path = objectsOf(metadata.path).map(({ key }) => key)
    const value = stringMatchText(objectOf(metadata.value).string_match) ?? ''
    conditions.push(`metadata ${stringsOf([metadata.filter, ...path]).join('.')}${value}`)
  }
  for (const state of objectsOf(match.filter_state)) conditions.push(`filter state ${stringOf(state.key) ?? ''}`)
  return conditions
}

/** The conditions in a field of a RouteMatch, credentials hidden. */
function shownList(match: JsonObject, field: 'headers' | 'query_parameters' | 'cookies'): readonly JsonObject[] {
  return match[field] === undefined ? [] : objectsOf(redact({ [field]: match[field] })[field])
}

/** Where a route sends a request: cluster, weighted clusters with their share, redirect, direct response. */
export function destinationText(route: JsonObject): string {
  const { redirect, direct_response } = route
  if (isObject(redirect)) return redirectText(redirect)
  if (isObject(direct_response)) return `direct response ${numberOf(direct_response.status) ?? ''}`.trimEnd()
  if (isObject(route.non_forwarding_action)) return 'non-forwarding'
  if (isObject(route.filter_action)) return 'filter action'
  return clusterText(objectOf(route.route))
}

function clusterText(action: JsonObject): string {
  const { cluster, cluster_header, weighted_clusters, cluster_specifier_plugin, inline_cluster_specifier_plugin } =
    action
  if (typeof cluster === 'string') return cluster
  if (isObject(weighted_clusters)) return weightedText(objectsOf(weighted_clusters.clusters))
  if (typeof cluster_header === 'string') return `cluster in header ${cluster_header}`
  if (typeof cluster_specifier_plugin === 'string') return `cluster by plugin ${cluster_specifier_plugin}`
  if (isObject(inline_cluster_specifier_plugin)) {
    return `cluster by plugin ${stringOf(objectOf(inline_cluster_specifier_plugin.extension).name) ?? ''}`
  }
  return ''
}

/** `v1 (80%), v2 (20%)`. Envoy goes by the sum of the weights; an absent weight is 0. */
export function weightedText(clusters: readonly JsonObject[]): string {
  const weights = clusters.map(({ weight }) => numberOf(weight) ?? 0)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return clusters
    .map((cluster, index) => {
      const name = stringOf(cluster.name) || `cluster in header ${stringOf(cluster.cluster_header) ?? ''}`
      return `${name} (${percentCell((weights[index] ?? 0) / total)})`
    })
    .join(', ')
}

function redirectText(redirect: JsonObject): string {
  const scheme = stringOf(redirect.scheme_redirect) ?? (redirect.https_redirect === true ? 'https' : undefined)
  const host = stringOf(redirect.host_redirect)
  const port = numberOf(redirect.port_redirect)
  const regex = objectOf(redirect.regex_rewrite)
  const path =
    stringOf(redirect.path_redirect) ??
    (typeof redirect.prefix_rewrite === 'string' ? `${redirect.prefix_rewrite}*` : undefined) ??
    (isObject(regex.pattern) ? `${stringOf(regex.substitution) ?? ''} (regex)` : undefined)
  const target = `${scheme === undefined ? '' : `${scheme}://`}${host ?? (scheme === undefined ? '' : '*')}${port === undefined ? '' : `:${port}`}${path ?? ''}`
  const code = stringOf(redirect.response_code) ?? 'MOVED_PERMANENTLY'
  return `redirect ${redirectStatuses.get(code) ?? code} ${target}`.trimEnd()
}

function fractionText(fraction: JsonObject): string {
  const { numerator, denominator } = fractionOf(fraction)
  return percentCell(numerator / denominator)
}
