import { isObject, type JsonObject, numberOf, objectOf, objectsOf, stringOf } from '../../../envoy/json.ts'
import { parseIp } from '../../../envoy/model/ip.ts'
import type { FilterInput } from '../../filters/http-filter-type.ts'
import { headersMatch } from '../../matching/header-match.ts'
import { metadataValue, placeOf } from '../../matching/metadata-match.ts'
import { queryMatches, queryOf } from '../../matching/query-match.ts'
import { isOpen } from '../../matching/stream-state.ts'
import type { Truth } from '../../matching/ternary.ts'

export interface DescriptorEntry {
  readonly key: string
  /** Undefined when it is not known. */
  readonly value: string | undefined
  /** The header or query parameter that the client sends it in. */
  readonly sentIn?: string
}

/** What descriptors are made of. */
export type DescriptorSource = Pick<FilterInput, 'context' | 'levels' | 'cluster' | 'node'>

/**
 * What an action adds to a descriptor: an entry, nothing (`skipped`), or it makes that there is no descriptor (`absent`). `unknown` when
 * that depends on what is not known.
 */
export type ActionResult = DescriptorEntry | 'skipped' | 'absent' | 'unknown'

/** An `envoy.config.route.v3.RateLimit.Action` for a request. (router_ratelimit.cc) */
export function descriptorEntry(action: JsonObject, source: DescriptorSource): ActionResult {
  const { context, cluster, levels, node } = source
  const { request } = context
  if (isObject(action.source_cluster)) return { key: 'source_cluster', value: stringOf(node.cluster) }
  if (isObject(action.destination_cluster)) return { key: 'destination_cluster', value: cluster }
  if (isObject(action.remote_address)) return { key: 'remote_address', value: request.client.address }
  if (isObject(action.masked_remote_address))
    return {
      key: 'masked_remote_address',
      value: masked(action.masked_remote_address, request.client.address),
    }
  if (isObject(action.generic_key)) {
    const { descriptor_key: key, descriptor_value: value } = action.generic_key
    return { key: stringOf(key) || 'generic_key', value: stringOf(value) ?? '' }
  }
  if (isObject(action.request_headers)) {
    const name = stringOf(action.request_headers.header_name) ?? ''
    const [value] = request.headers.values(name)
    if (value !== undefined && typeof value !== 'string')
      return value.optional
        ? 'unknown'
        : { key: stringOf(action.request_headers.descriptor_key) ?? '', value: undefined }
    return named(action.request_headers, value, name)
  }
  const query = queryOf(request.path ?? '')
  if (isObject(action.query_parameters)) {
    const name = stringOf(action.query_parameters.query_parameter_name) ?? ''
    return named(action.query_parameters, query.get(name), name)
  }
  if (isObject(action.header_value_match)) {
    const { headers } = action.header_value_match
    const held = headersMatch(objectsOf(headers), request.headers)
    return matched(action.header_value_match, held, 'header_match')
  }
  if (isObject(action.query_parameter_value_match)) {
    const { query_parameters: parameters } = action.query_parameter_value_match
    const held = objectsOf(parameters).every((matcher) => queryMatches(matcher, query))
    return matched(action.query_parameter_value_match, held, 'query_match')
  }
  if (isObject(action.metadata)) return ofMetadata(action.metadata, source, levels[1] ?? {})
  if (isObject(action.dynamic_metadata)) return ofMetadata(action.dynamic_metadata, source, {})
  return 'unknown'
}

function named(
  { descriptor_key: key, skip_if_absent: skip }: JsonObject,
  value: string | undefined,
  sentIn?: string,
): ActionResult {
  if (value === undefined) return skip === true ? 'skipped' : 'absent'
  return { key: stringOf(key) ?? '', value, ...(sentIn === undefined ? {} : { sentIn }) }
}

function matched(match: JsonObject, held: Truth, defaultKey: string): ActionResult {
  if (held === undefined) return 'unknown'
  if (held !== (match.expect_match !== false)) return 'absent'
  return { key: stringOf(match.descriptor_key) || defaultKey, value: stringOf(match.descriptor_value) ?? '' }
}

function ofMetadata(metadata: JsonObject, { context: { known } }: DescriptorSource, route: JsonObject): ActionResult {
  const key = objectOf(metadata.metadata_key)
  const ofRoute = metadata.source === 'ROUTE_ENTRY'
  const all = ofRoute ? objectOf(objectOf(route.metadata).filter_metadata) : (known.dynamicMetadata ?? {})
  const value = stringOf(metadataValue(all, key)) || undefined
  if (value === undefined && !ofRoute && isOpen(known, placeOf(key))) return 'unknown'
  return named(metadata, value ?? (stringOf(metadata.default_value) || undefined))
}

/** The network of an address, `10.0.0.0/8`; undefined where it is not known. */
function masked({ v4_prefix_mask_len: v4, v6_prefix_mask_len: v6 }: JsonObject, address: string | undefined) {
  const ip = address === undefined ? undefined : parseIp(address)
  if (ip === undefined) return undefined
  if (ip.family === 6) return (numberOf(v6) ?? 128) < 128 ? undefined : `${address}/128`
  const length = Math.min(32, numberOf(v4) ?? 32)
  const rest = BigInt(32 - length)
  const network = (ip.bits >> rest) << rest
  return `${[24n, 16n, 8n, 0n].map((shift) => (network >> shift) & 0xffn).join('.')}/${length}`
}
