import type { ConfigDump, Entry } from '../../envoy/dump/config-dump.ts'
import { isObject, type Json, type JsonObject, objectsOf } from '../../envoy/json.ts'
import { addressesOf, addressText } from '../../envoy/model/addresses.ts'
import { chainDestination } from '../../envoy/model/chain-destination.ts'
import { type FilterChain, filterChainsOf } from '../../envoy/model/filter-chains.ts'
import { serves } from '../../semantics/connection/dump-index.ts'
import { leadingTo, type WantedDestinations } from './chain-destinations.ts'
import type { DescriptionRow } from './description-row.ts'
import { inOrder } from './in-order.ts'
import { objectText } from './object-text.ts'

/** Which filter chains are part of a description. */
export interface WantedChains extends WantedDestinations {
  /** Every chain of a listener that is marked as inbound as well. */
  readonly inbound?: boolean
}

export interface FoundChains {
  readonly rows: readonly DescriptionRow[]
  /** `LISTENER CHAIN`, as authorization policies name their place. */
  readonly places: ReadonlySet<string>
}

/** Filter chains that send traffic to one of the clusters, themselves or through a route configuration. */
export function chainRows(dump: ConfigDump, { inbound = false, ...destinations }: WantedChains): FoundChains {
  const leads = leadingTo(dump, destinations)
  const found = inOrder(dump, 'listeners')
    .filter(serves)
    .flatMap((entry) => {
      const metadata = metadataOf(entry.resource)
      return filterChainsOf(entry.resource)
        .filter(({ filters }) => leads(filters) || (inbound && entry.resource.traffic_direction === 'INBOUND'))
        .map((chain) => ({
          place: [entry.name, chain.name].filter(Boolean).join(' '),
          row: rowOf(entry, chain, metadata.get(chain.name)),
        }))
    })
  return { rows: found.map(({ row }) => row), places: new Set(found.map(({ place }) => place)) }
}

/** The metadata of filter chains by their names, of which the first stands. */
function metadataOf({ filter_chains }: JsonObject): ReadonlyMap<Json | undefined, Json | undefined> {
  return new Map(
    objectsOf(filter_chains)
      .map(({ name, metadata }) => [name, metadata] as const)
      .reverse(),
  )
}

function rowOf({ name, resource }: Entry, { match, filters }: FilterChain, ofChain: Json | undefined): DescriptionRow {
  const addresses = isObject(resource.internal_listener) ? 'internal' : addressesOf(resource).map(addressText).join(',')
  return {
    part: 'Listener',
    name,
    summary: `${addresses} ${match} -> ${chainDestination(filters)}`,
    object:
      objectText(ofChain, { kind: 'TCPRoute' }) ||
      objectText(resource.metadata, { kind: 'TCPRoute', resourceName: name }),
  }
}
