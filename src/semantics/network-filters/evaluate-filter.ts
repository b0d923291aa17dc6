import { extensionName, type TypedConfig } from '../../envoy/model/typed-config.ts'
import { respond, undecided } from '../filters/filter-result.ts'
import { notDelivered, notInDump } from '../http-filters/filters-of-route.ts'
import { because } from '../reasons/reason.ts'
import type { NetworkFilterInput, NetworkFilterResult } from './filter-type.ts'
import { networkFilterType } from './index.ts'

/** What one network filter does to the connection. */
export function evaluateNetworkFilter(
  filter: TypedConfig,
  name: string,
  context: NetworkFilterInput['context'],
): NetworkFilterResult {
  if (filter === notInDump) return undecided(because('ecds-missing', {}))
  // Envoy closes a connection to a filter chain of which a filter has no configuration.
  // https://www.envoyproxy.io/docs/envoy/latest/configuration/overview/extension
  if (filter === notDelivered) {
    const reason = because('ecds-not-delivered', {})
    return respond({ kind: 'denied', details: 'filter_config_not_found', reason })
  }
  const type = networkFilterType(filter)
  if (type === undefined) return undecided(because('filter-unknown', { type: extensionName(filter) || name }))
  return type.evaluate({ config: filter.config, context })
}
