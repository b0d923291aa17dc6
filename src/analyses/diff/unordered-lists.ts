import { isObject, type Json, type JsonObject, scalarText } from '../../envoy/json.ts'

/** A list whose order Envoy does not look at. */
export interface UnorderedList {
  readonly field: string
  /** The field that holds the message with the list; any when absent. */
  readonly within?: string
  /** Not where the message around the list says that its order counts after all. */
  readonly unless?: (message: JsonObject) => boolean
  readonly reason: string
}

/** How Envoy treats this list; undefined when its order counts. */
export function unorderedList(field: string, within: string, message: JsonObject): UnorderedList | undefined {
  const rules = byField.get(field)
  return rules?.find((rule) => (rule.within === undefined || rule.within === within) && rule.unless?.(message) !== true)
}

/**
 * Every other list is ordered: routes and virtual clusters (first match), filters of all sorts (a chain), header mutations and
 * hash policies (applied in turn), transport_socket_matches (first match), cipher suites and ALPN (preference), the clusters of
 * an aggregate cluster (priority), the addresses of one endpoint (tried in turn).
 */
const unordered: readonly UnorderedList[] = [
  { field: 'virtual_hosts', reason: 'chosen by the most specific domain; names and domains are unique' },
  { field: 'domains', reason: 'a domain may stand in one virtual host only' },
  { field: 'filter_chains', reason: 'chosen by the most specific match, or by name from filter_chain_matcher' },
  { field: 'server_names', within: 'filter_chain_match', reason: 'any of them' },
  { field: 'prefix_ranges', within: 'filter_chain_match', reason: 'the longest prefix' },
  { field: 'source_prefix_ranges', within: 'filter_chain_match', reason: 'the longest prefix' },
  { field: 'direct_source_prefix_ranges', within: 'filter_chain_match', reason: 'the longest prefix' },
  { field: 'source_ports', within: 'filter_chain_match', reason: 'any of them' },
  { field: 'application_protocols', within: 'filter_chain_match', reason: "the order of the client's list counts" },
  { field: 'endpoints', within: 'load_assignment', reason: 'localities are grouped by priority and weight' },
  { field: 'endpoints', within: '', reason: 'localities are grouped by priority and weight' },
  { field: 'lb_endpoints', reason: 'a set of hosts; load balancers keep an order of their own' },
  { field: 'thresholds', within: 'circuit_breakers', reason: 'one per routing priority' },
  { field: 'per_host_thresholds', within: 'circuit_breakers', reason: 'one per routing priority' },
  { field: 'subset_selectors', reason: 'looked up by their set of keys' },
  { field: 'keys', within: 'subset_selectors', reason: 'a set of metadata keys' },
  { field: 'headers', within: 'match', reason: 'all must match' },
  { field: 'query_parameters', within: 'match', reason: 'all must match' },
  {
    field: 'clusters',
    within: 'weighted_clusters',
    unless: (message) => message.header_name !== undefined || message.use_hash_policy !== undefined,
    reason: 'chosen by chance in proportion to the weight, unless a header or a hash says the number',
  },
  { field: 'request_headers_to_remove', reason: 'removing has no order' },
  { field: 'response_headers_to_remove', reason: 'removing has no order' },
  { field: 'internal_only_headers', reason: 'removing has no order' },
  { field: 'retriable_status_codes', reason: 'any of them' },
  { field: 'allow_origin_string_match', reason: 'any of them' },
  { field: 'match_typed_subject_alt_names', reason: 'any of them' },
  { field: 'match_subject_alt_names', reason: 'any of them' },
  { field: 'verify_certificate_hash', reason: 'any of them' },
  { field: 'verify_certificate_spki', reason: 'any of them' },
  { field: 'upgrade_configs', reason: 'one per upgrade type' },
  {
    field: 'extensions',
    within: 'node',
    reason: 'the factories of the binary, which Envoy lists in another order at each start',
  },
  { field: 'principals', reason: 'any of them' },
  { field: 'permissions', reason: 'any of them' },
  { field: 'rules', within: 'and_rules', reason: 'all must match' },
  { field: 'rules', within: 'or_rules', reason: 'any of them' },
  { field: 'ids', within: 'and_ids', reason: 'all must match' },
  { field: 'ids', within: 'or_ids', reason: 'any of them' },
]

const byField = new Map<string, UnorderedList[]>()
for (const rule of unordered) byField.set(rule.field, [...(byField.get(rule.field) ?? []), rule])

/**
 * What names an element of a list, so that a change inside it is not taken for one element gone and another come. Undefined
 * when nothing does; names need not be unique.
 */
export function identityOf(element: Json): string | undefined {
  if (!isObject(element)) return undefined
  for (const identity of identities) {
    const found = identity(element)
    if (found !== undefined) return found
  }
  return undefined
}

const identities: readonly ((element: JsonObject) => string | undefined)[] = [
  ({ name }) => (typeof name === 'string' ? name : undefined),
  ({ endpoint, endpoint_name }) =>
    addressOf(endpoint) ?? (typeof endpoint_name === 'string' ? endpoint_name : undefined),
  ({ locality, lb_endpoints, priority }) =>
    locality === undefined && lb_endpoints === undefined
      ? undefined
      : `${localityOf(locality)} priority ${scalarText(priority, '0')}`,
  ({ max_connections, max_requests, priority }) =>
    max_connections === undefined && max_requests === undefined ? undefined : scalarText(priority, 'DEFAULT'),
  ({ header }) => (isObject(header) && typeof header.key === 'string' ? header.key : undefined),
  ({ filter_chain_match }) => (isObject(filter_chain_match) ? JSON.stringify(filter_chain_match) : undefined),
  ({ match }) => (isObject(match) ? JSON.stringify(match) : undefined),
  ({ upgrade_type }) => (typeof upgrade_type === 'string' ? upgrade_type : undefined),
]

function addressOf(endpoint: Json | undefined): string | undefined {
  if (!isObject(endpoint) || !isObject(endpoint.address)) return undefined
  const { socket_address: socket, pipe, envoy_internal_address: internal } = endpoint.address
  if (isObject(socket)) return `${scalarText(socket.address)}:${scalarText(socket.port_value ?? socket.named_port)}`
  if (isObject(pipe)) return scalarText(pipe.path)
  return isObject(internal)
    ? `${scalarText(internal.server_listener_name)}/${scalarText(internal.endpoint_id)}`
    : undefined
}

function localityOf(locality: Json | undefined): string {
  if (!isObject(locality)) return '//'
  return `${scalarText(locality.region)}/${scalarText(locality.zone)}/${scalarText(locality.sub_zone)}`
}
