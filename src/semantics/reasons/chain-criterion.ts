/** A criterion of filter chain selection, by its field in `FilterChainMatch`. */
export type ChainCriterion =
  | 'destination_port'
  | 'prefix_ranges'
  | 'server_names'
  | 'transport_protocol'
  | 'application_protocols'
  | 'direct_source_prefix_ranges'
  | 'source_type'
  | 'source_prefix_ranges'
  | 'source_ports'

export const chainCriterionText: Readonly<Record<ChainCriterion, string>> = {
  destination_port: 'destination port',
  prefix_ranges: 'destination address',
  server_names: 'server name',
  transport_protocol: 'transport protocol',
  application_protocols: 'application protocol',
  direct_source_prefix_ranges: 'direct source address',
  source_type: 'source type',
  source_prefix_ranges: 'source address',
  source_ports: 'source port',
}
