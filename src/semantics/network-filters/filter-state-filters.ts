import { numberOf } from '../../envoy/json.ts'
import type { Connection } from '../connection.ts'
import { continueWith } from '../filters/filter-result.ts'
import { type FilterState, filterStateKeys, withFilterState, withFilterStateValues } from '../filters/filter-state.ts'
import { anyText, partialText } from '../matching/partial-text.ts'
import type { StreamState } from '../matching/stream-state.ts'
import type { NetworkFilterType } from './filter-type.ts'

const network = 'envoy.extensions.filters.network'

function withServerName(known: StreamState, { sni, sniUnknown }: Connection): FilterState | undefined {
  if (sniUnknown) return withFilterState(known, filterStateKeys.tcpCluster, partialText([anyText], 'sni', true))
  return sni === '' ? undefined : withFilterState(known, filterStateKeys.tcpCluster, sni)
}

/** Filters that say by filter state where a connection goes. */
export const filterStateFilters: readonly NetworkFilterType[] = [
  {
    types: [`${network}.set_filter_state.v3.Config`],
    names: ['envoy.filters.network.set_filter_state'],
    evaluate: ({ config, context: { connection, known } }) => ({
      ...continueWith(),
      filterState: withFilterStateValues(config.on_new_connection, { connection, known }),
    }),
  },
  {
    types: [`${network}.sni_cluster.v3.SniCluster`],
    names: ['envoy.filters.network.sni_cluster'],
    evaluate: ({ context: { connection, known } }) => ({
      ...continueWith(),
      filterState: withServerName(known, connection),
    }),
  },
  {
    types: [`${network}.sni_dynamic_forward_proxy.v3.FilterConfig`],
    names: ['envoy.filters.network.sni_dynamic_forward_proxy'],
    evaluate: ({ config, context: { known } }) => ({
      ...continueWith(),
      // The port of its own is the one that the cluster looks the name up with.
      filterState:
        known.filterState?.[filterStateKeys.dynamicPort] === undefined
          ? withFilterState(known, filterStateKeys.dynamicPort, String(numberOf(config.port_value) ?? 443))
          : undefined,
    }),
  },
]
